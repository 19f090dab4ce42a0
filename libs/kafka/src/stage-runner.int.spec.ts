import { setTimeout as sleep } from 'node:timers/promises';
import { EVENT_TYPES, kafkaPrefix, topicNames, type RecordReceived } from '@bailiwick/contracts';
import { BailiwickError, SILENT } from '@bailiwick/platform';
import { TestBroker } from '@bailiwick/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTopics } from './admin.js';
import { Cluster } from './cluster.js';
import { readTopic } from './read-topic.js';
import { TEST_CELL, eventIdsIn, sampleMessage } from './sample.test-kit.js';
import { StageRunner } from './stage-runner.js';
import { emit, type Stage } from './stage.js';
import { TopicProgress } from './topic-progress.js';
import { TransactionalProducer, type OutgoingMessage } from './transactional-producer.js';

const NAMES = topicNames('eu');
const IN = NAMES.record;
const OUT = NAMES.classified;
const handOn: Stage<RecordReceived> = (message) =>
  Promise.resolve([emit({ topic: OUT, type: EVENT_TYPES.received, message, fact: { kind: 'classified' } })]);

describe('a stage with the grants of its service', () => {
  let broker: TestBroker;
  let cluster: Cluster;
  let admin: Cluster;
  let runner: StageRunner<RecordReceived> | undefined;
  let producer: TransactionalProducer;
  const fatal: unknown[] = [];

  beforeAll(async () => {
    broker = await TestBroker.start();
    await broker.prepare(TEST_CELL);
    cluster = await broker.cluster('classifier');
    admin = await broker.admin();
    producer = await TransactionalProducer.open(admin, 'feeder');
  });
  afterEach(() => runner?.stop());
  afterAll(async () => {
    await producer.close();
    await broker.stop();
  });

  const run = async (
    stage: Stage<RecordReceived>,
    name = 'classify',
    topics = [IN],
  ): Promise<StageRunner<RecordReceived>> => {
    const seal = (bytes: Uint8Array) => ({
      recipient: 'cell',
      wrappedKey: Buffer.alloc(0),
      nonce: Buffer.alloc(0),
      ciphertext: Buffer.from(bytes),
    });
    runner = new StageRunner<RecordReceived>(
      {
        cluster,
        cell: TEST_CELL,
        logger: SILENT,
        seal,
        onFatal: (error) => fatal.push(error),
        drainMs: 1000,
        sessionTimeoutMs: 3000,
      },
      { name, topics, type: EVENT_TYPES.received, concurrency: 8, stage },
    );
    await runner.start();
    return runner;
  };
  const feed = (...messages: readonly OutgoingMessage[]): Promise<void> => producer.commit(messages, null);
  const idsIn = (topic: string): Promise<readonly string[]> => eventIdsIn(admin, topic);
  const arrives = (topic: string, id: string): Promise<void> =>
    expect.poll(() => idsIn(topic), { timeout: 30_000, interval: 200 }).toContain(id);

  it('dead-letters poison with its fact and goes on', async () => {
    await (await run(handOn)).ready();
    await feed({ ...sampleMessage(IN, 1, 1), value: Buffer.from('not a record') }, sampleMessage(IN, 1, 2));
    await arrives(OUT, 'evt-1-2');
    const letters = await readTopic(admin, NAMES.deadletter('classifier'));
    expect(letters.map(({ message }) => EVENT_TYPES.deadLetter.decode(message.value!))).toMatchObject([
      { code: 'record-undecodable', eventId: 'evt-1-1', topic: IN },
    ]);
    expect(await idsIn(NAMES.fact)).toEqual(expect.arrayContaining(['evt-1-1', 'evt-1-2']));
  });

  it('promise 3: settles what nobody may see at the end of a topic, ends of transactions and aborted records', async () => {
    await (await run(handOn)).ready();
    const progress = new TopicProgress(await broker.cluster('lineage'));
    const readers = new Map([[IN, [kafkaPrefix(cluster.identity)]]]);
    const end = async (): Promise<bigint> => {
      const found = (await progress.ends([IN])).get(IN)?.find(({ partition }) => partition === 0);
      return found?.end ?? -1n;
    };
    const unsettled = async (): Promise<readonly number[]> => {
      const ends = await progress.ends([IN]);
      const settled = (await progress.settled(ends, readers)).get(IN);
      return [...ends.values()]
        .flat()
        .map(({ partition }) => partition)
        .filter((partition) => !settled?.has(partition));
    };
    const other = admin.producers.producer({ transactionalId: 'other', maxInFlightRequests: 1 });
    await other.connect();
    const begin = async (n: number): Promise<Awaited<ReturnType<typeof other.transaction>>> => {
      const transaction = await other.transaction();
      const messages = [n, n + 1, n + 2].map((of) => ({ ...sampleMessage(IN, 20, of), partition: 0 }));
      await transaction.sendBatch({ topicMessages: [{ topic: IN, messages }] });
      return transaction;
    };
    const around = await begin(1);
    // It is committed and nobody may see it yet: what was begun before it is open.
    await feed({ ...sampleMessage(IN, 20, 9), partition: 0 } as OutgoingMessage);
    const behindIt = await end();
    await around.abort();
    await expect.poll(end, { timeout: 20_000, interval: 20 }).toBe(behindIt + 6n);
    await arrives(OUT, 'evt-20-9');
    await expect.poll(unsettled, { timeout: 20_000, interval: 100 }).toEqual([]);
    const seen = await end();
    await (await begin(10)).abort();
    await expect.poll(end, { timeout: 20_000, interval: 20 }).toBe(seen + 4n);
    await expect.poll(unsettled, { timeout: 20_000, interval: 100 }).toEqual([]);
    await (await begin(20)).commit();
    await arrives(OUT, 'evt-20-22');
    await expect.poll(unsettled, { timeout: 20_000, interval: 100 }).toEqual([]);
    expect((await idsIn(OUT)).filter((id) => id.startsWith('evt-20-'))).toEqual(
      [9, 20, 21, 22].map((n) => `evt-20-${n}`),
    );
    await Promise.all([progress.close(), other.disconnect()]);
  });

  it('hands on a record of 5 MB, and dead-letters an output that no topic takes', async () => {
    await (
      await run(async (record, context) => {
        const message = record.subject === 's3' ? { ...record, source: 'x'.repeat(9_000_000) } : record;
        return handOn(message, context);
      })
    ).ready();
    await feed(sampleMessage(IN, 2, 1, 5_000_000));
    await feed(sampleMessage(IN, 3, 1), sampleMessage(IN, 3, 2));
    await arrives(OUT, 'evt-2-1');
    await arrives(NAMES.deadletter('classifier'), 'evt-3-2');
    const large = (await readTopic(admin, OUT)).find(
      ({ message }) => String(message.headers?.['ce_id']) === 'evt-2-1',
    );
    expect(large?.message.value?.length).toBeGreaterThan(5_000_000);
  });

  it('commits the finished prefix while a slow record is still out, and keeps the order of its key', async () => {
    const slow = Promise.withResolvers<void>();
    await (
      await run(async (record, context) => {
        if (record.eventId === 'evt-4-1') await slow.promise;
        return handOn(record, context);
      })
    ).ready();
    await feed(...[1, 2].flatMap((n) => [4, 5, 6, 7, 8, 9].map((key) => sampleMessage(IN, key, n))));
    const partitionOf = new Map(
      (await readTopic(admin, IN)).map(({ partition, message }) => [
        String(message.headers?.['ce_id']),
        partition,
      ]),
    );
    const free = [5, 6, 7, 8, 9].filter(
      (key) => partitionOf.get(`evt-${key}-1`) !== partitionOf.get('evt-4-1'),
    );
    for (const key of free) await arrives(OUT, `evt-${key}-2`);
    expect(await idsIn(OUT)).not.toContain('evt-4-2');
    slow.resolve();
    await arrives(OUT, 'evt-4-2');
    const order = (await idsIn(OUT)).filter((id) => id.startsWith('evt-4-'));
    expect(order).toEqual(['evt-4-1', 'evt-4-2']);
  });

  it('repeats a transient failure until it passes and dead-letters nothing', async () => {
    let calls = 0;
    await (
      await run(async (record, context) => {
        if (record.subject === 's10' && ++calls < 4) throw new BailiwickError('database-unavailable', 'test');
        return handOn(record, context);
      })
    ).ready();
    await feed(sampleMessage(IN, 10, 1));
    await arrives(OUT, 'evt-10-1');
    expect(calls).toBe(4);
    expect(await idsIn(NAMES.deadletter('classifier'))).not.toContain('evt-10-1');
  });

  it('applies the error table: hold, settle, bounded retry', async () => {
    let calls = 0;
    await (
      await run((record, context) => {
        if (record.subject === 's11') throw new BailiwickError('profile-missing', 'test');
        if (record.subject === 's12') throw new BailiwickError('already-done', 'test');
        if (record.subject === 's13') calls++;
        if (record.subject === 's13') throw new TypeError('a bug');
        return handOn(record, context);
      })
    ).ready();
    await feed(...[11, 12, 13].map((key) => sampleMessage(IN, key, 1)));
    await arrives(NAMES.held, 'evt-11-1');
    await arrives(NAMES.fact, 'evt-12-1');
    await arrives(NAMES.violation, 'evt-13-1');
    await arrives(NAMES.deadletter('classifier'), 'evt-13-1');
    expect(calls).toBe(3);
  });

  it('finishes what is inside the stage when it is stopped, and leaves the rest to the next', async () => {
    await (
      await run(async (record, context) => {
        if (record.subject === 's14') await sleep(300);
        return handOn(record, context);
      })
    ).ready();
    await feed(sampleMessage(IN, 14, 1), sampleMessage(IN, 14, 2));
    await sleep(150);
    await runner?.stop();
    expect((await idsIn(OUT)).filter((id) => id.startsWith('evt-14-'))).toEqual(['evt-14-1']);
    await (await run(handOn)).ready();
    await arrives(OUT, 'evt-14-2');
    expect((await idsIn(OUT)).filter((id) => id.startsWith('evt-14-'))).toEqual(['evt-14-1', 'evt-14-2']);
  });

  it('says which topic is missing, is not ready, and starts when it is there', async () => {
    const missing = 'eu.missing.topic.v1';
    cluster = admin;
    const waiting = await run(handOn, 'missing', [missing]);
    cluster = await broker.cluster('classifier');
    await expect
      .poll(() => waiting.problem(), { timeout: 20_000 })
      .toBe(`the broker has no topic ${missing}`);
    await broker.topics(4, missing);
    await waiting.ready();
    expect(fatal).toEqual([]);
  });

  it('waits for an output topic that is missing and then hands everything on', async () => {
    const late = 'eu.late.topic.v1';
    await broker.topics(4, 'late.in');
    await feed(...[1, 2, 3, 4].map((key) => sampleMessage('late.in', key, 1)));
    runner = new StageRunner<RecordReceived>(
      { cluster: admin, cell: TEST_CELL, logger: SILENT, seal: null, onFatal: (error) => fatal.push(error) },
      {
        name: 'late',
        topics: ['late.in'],
        type: EVENT_TYPES.received,
        concurrency: 8,
        stage: (message) =>
          Promise.resolve([emit({ topic: late, type: EVENT_TYPES.received, message, fact: null })]),
      },
    );
    await runner.start();
    await expect.poll(() => runner?.problem() ?? '', { timeout: 60_000 }).toContain(`no topic ${late}`);
    await broker.topics(4, late);
    await expect.poll(async () => (await idsIn(late)).length, { timeout: 60_000 }).toBe(4);
    expect(fatal).toEqual([]);
  });

  it('dead-letters the one record whose output the broker refuses as too large, and hands on the others', async () => {
    // Smaller than the runner believes, as after a change of the broker's configuration.
    const narrow = {
      name: 'narrow.out',
      purpose: '',
      schema: '',
      writers: [],
      readers: [],
      cleanup: 'delete',
      opens: 'nobody',
    } as const;
    await createTopics(admin, [{ ...narrow, partitions: 1, retentionMs: 3_600_000, maxMessageBytes: 4000 }]);
    await broker.topics(4, 'narrow.in');
    await feed(...[1, 2, 3, 4, 5].map((key) => sampleMessage('narrow.in', key, 1, key === 3 ? 6000 : 200)));
    cluster = new Cluster({
      brokers: [broker.address],
      tls: await broker.credentials(admin.identity),
      identity: cluster.identity,
      logger: SILENT,
    });
    await run(
      (message) =>
        Promise.resolve([emit({ topic: narrow.name, type: EVENT_TYPES.received, message, fact: null })]),
      'narrow',
      ['narrow.in'],
    );
    cluster = await broker.cluster('classifier');
    await arrives(NAMES.deadletter('classifier'), 'evt-3-1');
    await expect
      .poll(() => idsIn(narrow.name).then((ids) => ids.toSorted()), { timeout: 30_000 })
      .toEqual([1, 2, 4, 5].map((key) => `evt-${key}-1`));
  });

  it('stops with a violation when integrity is broken, and commits nothing of the record', async () => {
    await (
      await run((record, context) => {
        if (record.subject === 's15') throw new BailiwickError('seal-broken', 'test');
        return handOn(record, context);
      })
    ).ready();
    await feed(sampleMessage(IN, 15, 1));
    await arrives(NAMES.violation, 'evt-15-1');
    await expect.poll(() => fatal.length, { timeout: 10_000 }).toBe(1);
    expect(fatal[0]).toMatchObject({ code: 'seal-broken' });
    expect(await idsIn(NAMES.deadletter('classifier'))).not.toContain('evt-15-1');
  });
});
