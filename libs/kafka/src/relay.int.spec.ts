import { EVENT_TYPES, topicNames, type RecordReceived } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import { SILENT } from '@bailiwick/platform';
import { TestBroker } from '@bailiwick/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FLAWLESS, judge, type SentRecord } from './checker.js';
import type { Cluster } from './cluster.js';
import { partitioner } from './partitioner.js';
import { readTopic } from './read-topic.js';
import { relayTo } from './relay.js';
import { TEST_CELL, recordId, sampleMessage } from './sample.test-kit.js';
import type { OpenCommitter } from './lane.js';
import { StageRunner } from './stage-runner.js';
import { forward, hold } from './stage.js';

const US_CELL: CellSpec = { ...TEST_CELL, region: 'us-east', jurisdiction: 'us', borders: ['eu'], pools: [] };
const FROM = topicNames('eu').border('us');
const US = topicNames('us');

describe('a relay between two brokers, with the grants of its identity', () => {
  let home: TestBroker;
  let away: TestBroker;
  let own: Cluster;
  let there: Cluster;
  beforeAll(async () => {
    home = await TestBroker.start('eu-central');
    away = await TestBroker.start('us-east');
    await home.prepare(TEST_CELL, [US_CELL]);
    await away.prepare(US_CELL, [TEST_CELL]);
    own = await home.cluster('residency-router');
    // The other cell's authority knows this identity by its own region.
    there = await away.cluster('residency-router', SILENT, 'eu-central');
  });
  afterAll(() => Promise.all([home.stop(), away.stop()]));

  const start = async (open: OpenCommitter): Promise<StageRunner<RecordReceived>> => {
    const runner = new StageRunner<RecordReceived>(
      {
        cluster: own,
        cell: TEST_CELL,
        logger: SILENT,
        seal: null,
        onFatal: () => undefined,
        sessionTimeoutMs: 3000,
        drainMs: 500,
      },
      {
        name: 'checkpoint',
        topics: [FROM],
        type: EVENT_TYPES.received,
        concurrency: 8,
        stage: (message) =>
          Promise.resolve(
            message.subject === 's3'
              ? [hold('too-sensitive', 'test')]
              : [
                  forward({
                    topic: US.inbox,
                    type: EVENT_TYPES.received,
                    message,
                    fact: { kind: 'relayed' },
                  }),
                ],
          ),
      },
      open,
    );
    await runner.start();
    return runner;
  };

  it('relays every record once and keeps what may not leave, also when it dies between the two transactions', async () => {
    const admin = await home.admin();
    const producer = admin.producers.producer({ idempotent: true, createPartitioner: partitioner });
    await producer.connect();
    const sent: SentRecord[] = [];
    const feed = async (n: number): Promise<void> => {
      for (let key = 0; key < 8; key++) {
        if (key !== 3)
          sent.push({ id: recordId(key, n), key: String(key), sequence: n, outcome: 'acknowledged' });
        await producer.send({ topic: FROM, messages: [sampleMessage(FROM, key, n)] });
      }
    };
    const relay = relayTo(own, { cluster: there, cursorTopic: US.cursor('residency-router') });
    let dying = 3;
    const dies: OpenCommitter = async (lane, transactionalId, group) => {
      const committer = await relay(lane, transactionalId, group);
      return {
        close: () => committer.close(),
        commit: async (records, offsets) => {
          if (dying-- <= 0) return committer.commit(records, offsets);
          // Away is committed, home is not: its producer is taken from under it.
          const thief = await relay(lane, transactionalId, group);
          await thief.commit(records, new Map());
          await thief.close();
          throw new Error('died between the transactions');
        },
      };
    };
    for (let n = 0; n < 5; n++) await feed(n);
    const runner = await start(dies);
    for (let n = 5; n < 10; n++) await feed(n);
    await expect
      .poll(async () => (await readTopic(await away.admin(), US.inbox)).length, { timeout: 60_000 })
      .toBe(sent.length);
    await expect
      .poll(async () => (await readTopic(admin, topicNames('eu').held)).length, { timeout: 30_000 })
      .toBeGreaterThanOrEqual(10);
    await runner.stop();
    const seen = (await readTopic(await away.admin(), US.inbox)).map(({ partition, message }) => ({
      id: String(message.headers?.['ce_id']),
      topic: US.inbox,
      partition,
      offset: BigInt(message.offset),
    }));
    expect(judge(sent, seen)).toEqual(FLAWLESS);
    await producer.disconnect();
  });
});
