import type { SourceState } from '@bailiwick/crm';
import { counter, gauge } from '@bailiwick/platform';

/** What is told of pulls. `pull` is a name of the subscriptions file, so there are as many as that has. */
export const passedOver = counter(
  'bailiwick_pull_passed_over_total',
  'Changes that were pulled and are no records for a purpose, by reason.',
  ['reason'],
);

export const gaps = counter(
  'bailiwick_pull_gaps_total',
  'Gaps that a CRM’s stream declared and a reconciliation closes, by reason.',
  ['reason'],
);

export const allocationLeft = gauge(
  'bailiwick_pull_allocation_left_ratio',
  'Share of the CRM’s daily delivery allocation that is left.',
  ['pull'],
);

const STATES = ['streaming', 'reconciling', 'waiting', 'held', 'stopped'] as const satisfies readonly (
  | SourceState
  | 'held'
)[];

/** How a pull stands; `held`: the gate refuses its tenant. */
export type PullState = (typeof STATES)[number];

const states = gauge('bailiwick_pull_state', 'How each pull stands: 1 for the state that it is in.', [
  'pull',
  'state',
]);

/** Shows how a pull stands. */
export const showState = (pull: string, state: PullState): void => {
  for (const each of STATES) states.set({ pull, state: each }, each === state ? 1 : 0);
};
