import { EVENT_TYPES, type RecordReceived } from '@bailiwick/contracts';
import { SILENT } from '@bailiwick/platform';
import { TestBroker } from '@bailiwick/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FLAWLESS, judge, type SentRecord } from './checker.js';
import { readTopic } from './read-topic.js';
import { TEST_CELL, chunks, recordId, sampleMessage } from './sample.test-kit.js';
import { StageRunner } from './stage-runner.js';
import { emit } from './stage.js';
import { TransactionalProducer } from './transactional-producer.js';

describe('a stage on a real broker', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await TestBroker.start();
    await broker.prepare(TEST_CELL);
    await broker.topics(4, 'in', 'out');
  });
  afterAll(() => broker.stop());

  it('hands on every record once, in the order of its key', async () => {
    const cluster = await broker.admin();
    const sent: SentRecord[] = [];
    const messages = [];
    for (let n = 0; n < 100; n++)
      for (let key = 0; key < 20; key++) {
        messages.push(sampleMessage('in', key, n));
        sent.push({ id: recordId(key, n), key: String(key), sequence: n, outcome: 'acknowledged' });
      }
    const producer = await TransactionalProducer.open(cluster, 'test');
    for (const chunk of chunks(messages)) await producer.commit(chunk, null);
    await producer.close();

    const runner = new StageRunner<RecordReceived>(
      {
        cluster,
        cell: TEST_CELL,
        logger: SILENT,
        seal: null,
        onFatal: (error) => expect.fail(String(error)),
      },
      {
        name: 'smoke',
        topics: ['in'],
        type: EVENT_TYPES.received,
        concurrency: 16,
        stage: async (record) => [
          emit({ topic: 'out', type: EVENT_TYPES.received, message: record, fact: { kind: 'received' } }),
        ],
      },
    );
    const started = performance.now();
    await runner.start();
    await runner.ready();
    console.log('ready after', performance.now() - started);
    await expect
      .poll(async () => (await readTopic(cluster, 'out')).length, { timeout: 30_000 })
      .toBe(sent.length);
    console.log('done after', performance.now() - started);
    await runner.stop();
    const seen = (await readTopic(cluster, 'out')).map(({ partition, message }) => ({
      id: String(message.headers?.['ce_id']),
      topic: 'out',
      partition,
      offset: BigInt(message.offset),
    }));
    expect(judge(sent, seen)).toEqual(FLAWLESS);
  });
});
