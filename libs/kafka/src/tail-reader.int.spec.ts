import { EVENT_TYPES, topicNames, type GatewayReply } from '@bailiwick/contracts';
import { SILENT } from '@bailiwick/platform';
import { TestBroker } from '@bailiwick/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DurableWriter } from './durable-writer.js';
import { TEST_CELL } from './sample.test-kit.js';
import { emit } from './stage.js';
import { TailReader } from './tail-reader.js';

const { reply: topic } = topicNames(TEST_CELL.jurisdiction);
const [SOON, A_MINUTE] = [{ timeout: 20_000, interval: 20 }, 60_000];

describe('a topic of which every process reads the end', () => {
  let broker: TestBroker;
  let writer: DurableWriter;
  const readers: TailReader<GatewayReply>[] = [];
  beforeAll(async () => {
    broker = await TestBroker.start();
    await broker.prepare(TEST_CELL);
    writer = new DurableWriter(await broker.cluster('writeback', SILENT), TEST_CELL);
    await writer.start();
  });
  afterAll(async () => {
    await Promise.all([writer.stop(), ...readers.map((reader) => reader.stop())]);
    await broker.stop();
  });

  const write = (eventId: string): Promise<void> => {
    const names = { eventId, tenant: 'atlas', purpose: 'assist', subject: `of-${eventId}` };
    return writer.write({
      attributes: { ...names, object: 'ChatCompletion' },
      classification: 'Internal',
      outcomes: [
        emit({ topic, type: EVENT_TYPES.reply, message: { ...names, outcome: undefined }, fact: null }),
      ],
    });
  };
  const read = async (sinceMs: number): Promise<string[]> => {
    const seen: string[] = [];
    const reader = new TailReader({
      cluster: await broker.cluster('ingest', SILENT),
      topic,
      type: EVENT_TYPES.reply,
      sinceMs,
      take: ({ eventId }) => void seen.push(eventId),
      logger: SILENT,
    });
    readers.push(reader);
    await reader.start();
    await vi.waitFor(() => expect(reader.check.problem()).toBeNull(), SOON);
    return seen;
  };

  it('sees what was committed shortly before it began, once, and everything after, in each process', async () => {
    await write('before');
    const [one, other] = [await read(A_MINUTE), await read(A_MINUTE)];
    for (let n = 0; n < 20; n++) await write(`after-${n}`);
    const all = ['before', ...Array.from({ length: 20 }, (_, n) => `after-${n}`)];
    await vi.waitFor(() => expect([...one].toSorted()).toEqual(all.toSorted()), SOON);
    await vi.waitFor(() => expect([...other].toSorted()).toEqual(all.toSorted()), SOON);
  });

  it('does not see what was committed before that', async () => {
    const seen = await read(0);
    await write('last');
    await vi.waitFor(() => expect(seen).toEqual(['last']), SOON);
  });
});
