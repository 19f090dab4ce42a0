import { setTimeout as sleep } from 'node:timers/promises';
import { EVENT_TYPES, topicNames } from '@bailiwick/contracts';
import { SILENT } from '@bailiwick/platform';
import { TestBroker } from '@bailiwick/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from './cluster.js';
import { DurableWriter } from './durable-writer.js';
import { TEST_CELL, eventIdsIn, recordId, sampleRecord } from './sample.test-kit.js';
import { SourceRunner, type Pulled } from './source-runner.js';
import { emit } from './stage.js';

const NAMES = topicNames('eu');
const writing = (n: number, payloadBytes?: number) => {
  const message = sampleRecord(0, n, payloadBytes);
  const outcomes = [
    emit({ topic: NAMES.record, type: EVENT_TYPES.received, message, fact: { kind: 'received' } }),
  ];
  return { attributes: message, classification: 'Internal' as const, outcomes, traceparent: null };
};

describe('what comes from outside Kafka', () => {
  let broker: TestBroker;
  let cluster: Cluster;
  beforeAll(async () => {
    broker = await TestBroker.start();
    await broker.prepare(TEST_CELL);
    cluster = await broker.cluster('ingest');
  });
  afterAll(() => broker.stop());
  const idsIn = async (topic: string): Promise<readonly string[]> => eventIdsIn(await broker.admin(), topic);

  it('is pulled exactly once over failures of the source and two processes that both pull', async () => {
    const total = 300;
    let failures = 0;
    const pull = async function* (cursor: string | null, signal: AbortSignal): AsyncGenerator<Pulled> {
      for (let n = cursor === null ? 0 : Number(cursor) + 1; n < total && !signal.aborted; n++) {
        if (n % 70 === 69 && failures < 6 && ++failures) throw new Error('the source broke');
        yield { cursor: String(n), writings: [writing(n)] };
        if (n % 10 === 0) await sleep(10);
      }
      while (!signal.aborted) await sleep(50);
    };
    const runners = [1, 2].map(
      () => new SourceRunner({ cluster, cell: TEST_CELL, logger: SILENT }, { name: 'crm', pull }),
    );
    await runners[0]?.start();
    await sleep(400);
    await runners[1]?.start();
    await expect.poll(async () => (await idsIn(NAMES.record)).length, { timeout: 60_000 }).toBe(total);
    await Promise.all(runners.map((runner) => runner.stop()));
    expect((await idsIn(NAMES.record)).toSorted()).toEqual(
      Array.from({ length: total }, (_, n) => recordId(0, n)).toSorted(),
    );
  });

  it('is durable with its fact when the writer says so, and many writings share few transactions', async () => {
    const writer = new DurableWriter(cluster, TEST_CELL);
    await writer.start();
    await Promise.all(Array.from({ length: 200 }, (_, n) => writer.write(writing(1000 + n))));
    const ids = Array.from({ length: 200 }, (_, n) => recordId(0, 1000 + n));
    expect(await idsIn(NAMES.record)).toEqual(expect.arrayContaining(ids));
    expect(await idsIn(NAMES.fact)).toEqual(expect.arrayContaining(ids));
    await expect(writer.write(writing(2000, 9_000_000))).rejects.toMatchObject({ code: 'record-too-large' });
    await writer.write(writing(2001, 5_000_000));
    await writer.stop();
  });
});
