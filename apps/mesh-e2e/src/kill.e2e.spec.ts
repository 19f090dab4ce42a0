import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Mesh, type RecordView } from './mesh.js';
import { killAndAwaitRestart } from './processes.js';
import { freshId, sampleCase } from './sample-case.js';

/** What of a scenario's records is sent under its index, and how that one must end. */
interface Sample {
  readonly tenant: string;
  readonly purpose: string;
  readonly expected: 'answered' | 'held';
}

/** At home in the EU: answered there, or in the US on a basis, or held. */
const europe = (index: number): Sample => {
  const purpose = index % 4 === 3 ? 'case-digest' : 'case-triage';
  const tenant = index % 3 === 0 ? 'nordlicht' : 'atlas';
  return {
    tenant,
    purpose,
    expected: purpose === 'case-digest' && tenant === 'nordlicht' ? 'held' : 'answered',
  };
};

/** What the US cell answers: records that are at home there, and every third from over the border. */
const america = (index: number): Sample =>
  index % 3 === 2
    ? { tenant: 'atlas', purpose: 'case-digest', expected: 'answered' }
    : { tenant: 'harbor', purpose: 'case-triage', expected: 'answered' };

/** Every process on a record's way through a cell, and what it stands on. */
const SCENARIOS: readonly (readonly [string, readonly string[], (index: number) => Sample])[] = [
  ...[
    'eu-central/ingest',
    'eu-central/classifier',
    'eu-central/residency-router',
    'eu-central/inference-adapter.eu-shared',
    'eu-central/pool.eu-shared',
    'eu-central/writeback',
    'eu-central/lineage',
    'control/control-plane',
    'eu-central/postgres',
    'eu-central/kafka',
  ].map((victim) => [victim, [victim], europe] as const),
  // One after the other while the ones before still start: half a minute instead of two, and harder.
  [
    'each service of us-east and its pool in turn',
    [
      'us-east/ingest',
      'us-east/classifier',
      'us-east/residency-router',
      'us-east/inference-adapter.us-shared',
      'us-east/pool.us-shared',
      'us-east/writeback',
      'us-east/lineage',
    ],
    america,
  ],
  ['us-east/postgres', ['us-east/postgres'], america],
  ['us-east/kafka', ['us-east/kafka'], america],
];
/** Between two victims of one scenario, in milliseconds. */
const NEXT_VICTIM_MS = 500;
const RECORDS = 12;

let mesh: Mesh;
const everySent: string[] = [];
beforeAll(async () => {
  mesh = await Mesh.open(inject('stackFolder'));
});
afterAll(() => mesh.close());

/** A producer that does what every producer must: sends again, under the same id, until it is told 202. */
async function sendUntilAccepted(record: Parameters<Mesh['send']>[0]): Promise<string> {
  for (const deadline = Date.now() + 120_000; ; await sleep(250)) {
    try {
      return await mesh.accept(record);
    } catch (thrown) {
      if (Date.now() > deadline) throw thrown;
    }
  }
}

describe('promise 4: a record ends exactly once, whatever dies on its way', () => {
  it.each(SCENARIOS)('kill -9 %s', async (_name, victims, sampleOf) => {
    const sending = Array.from({ length: RECORDS }, async (_, index) => {
      await sleep(index * 60);
      const { tenant, purpose, expected } = sampleOf(index);
      const record = { tenant, purpose, id: freshId(), recordId: freshId(), fields: sampleCase() };
      return { eventId: await sendUntilAccepted(record), home: mesh.homeOf(tenant), expected };
    });
    await sleep(300);
    const killing = victims.map(async (victim, index) => {
      await sleep(index * NEXT_VICTIM_MS);
      await killAndAwaitRestart(mesh.folder, victim);
    });
    const [sent] = await Promise.all([Promise.all(sending), ...killing]);
    everySent.push(...sent.map(({ eventId }) => eventId));

    const ends = await Promise.all(sent.map(({ eventId, home }) => mesh.ended(home, eventId, 150_000)));
    const outcomes = ends.map(({ outcome }: RecordView) => (outcome === 'denied' ? 'held' : outcome));
    expect(outcomes).toEqual(sent.map(({ expected }) => expected));
    for (const { eventId, expected } of sent) {
      const writes = await mesh.writes(eventId);
      expect(writes, eventId).toHaveLength(expected === 'answered' ? 1 : 0);
    }
  });
});

describe('promise 3: nothing is unrecorded, and nothing is called lost that is not', () => {
  it('no record of all these is a violation in any cell', async () => {
    for (const region of ['eu-central', 'us-east']) {
      const violations = await mesh.allViolations(region);
      const ofThese = violations.filter(({ eventId }) => everySent.includes(eventId ?? ''));
      expect(ofThese.map(({ code, eventId }) => `${region}: ${code} of ${eventId}`)).toEqual([]);
    }
  });
});
