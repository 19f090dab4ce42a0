import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Mesh, type RecordView } from './mesh.js';
import { killAndAwaitRestart } from './processes.js';
import { freshId, sampleCase } from './sample-case.js';

/** Every process on a record's way through the EU cell, and what it stands on. */
const VICTIMS = [
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
];
const RECORDS = 12;

let mesh: Mesh;
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
  it.each(VICTIMS)('kill -9 %s', async (victim) => {
    const sending = Array.from({ length: RECORDS }, async (_, index) => {
      await sleep(index * 60);
      const recordId = freshId();
      const purpose = index % 4 === 3 ? 'case-digest' : 'case-triage';
      const tenant = index % 3 === 0 ? 'nordlicht' : 'atlas';
      const eventId = await sendUntilAccepted({
        tenant,
        purpose,
        id: freshId(),
        recordId,
        fields: sampleCase(),
      });
      return { eventId, expected: purpose === 'case-digest' && tenant === 'nordlicht' ? 'held' : 'answered' };
    });
    await sleep(300);
    const [sent] = await Promise.all([Promise.all(sending), killAndAwaitRestart(mesh.folder, victim)]);

    const ends = await Promise.all(sent.map(({ eventId }) => mesh.ended('eu-central', eventId, 150_000)));
    const outcomes = ends.map(({ outcome }: RecordView) => (outcome === 'denied' ? 'held' : outcome));
    expect(outcomes).toEqual(sent.map(({ expected }) => expected));
    for (const { eventId, expected } of sent) {
      const writes = await mesh.writes(eventId);
      expect(writes, eventId).toHaveLength(expected === 'answered' ? 1 : 0);
    }
  });
});
