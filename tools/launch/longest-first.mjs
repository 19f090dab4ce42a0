import { BaseSequencer } from 'vitest/node';

/** Files that take longest by far, longest first. One that begins last would run alone while the other workers are done. */
const LONGEST = [
  'border/border.int.spec.ts',
  'border/destination-down.int.spec.ts',
  'ingest/src/ingest.int.spec.ts',
  'crash.int.spec.ts',
  'watchdog.int.spec.ts',
  'stack.int.spec.ts',
  'pull.int.spec.ts',
  'crm-accounts.int.spec.ts',
  'control-plane.int.spec.ts',
  'broker-restart.int.spec.ts',
  'stage-runner.int.spec.ts',
  'erasure.int.spec.ts',
  'rebalance.int.spec.ts',
];

const rank = ({ moduleId }) => {
  const place = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}`));
  return place === -1 ? LONGEST.length : place;
};

/** Orders files so that the longest begin first; the others stay as vitest has them. */
export class LongestFirst extends BaseSequencer {
  async sort(files) {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
