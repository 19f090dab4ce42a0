import { randomUUID } from 'node:crypto';
import type { KafkaMessage } from 'kafkajs';
import type { Cluster } from './cluster.js';
import { kafkaError } from './kafka-failure.js';

/** A record with its place. */
export interface PlacedRecord {
  readonly partition: number;
  readonly message: KafkaMessage;
}

/**
 * Reads a topic from its beginning, or from the first record that was written at `since` or later (milliseconds since the epoch), to
 * the end it has now, committed records only. The end of a topic that somebody
 * writes to is its last stable offset at the start of the call: it lies before a transaction that is open, and before one
 * whose commit is confirmed and whose marker is not written yet.
 */
export async function readTopic(
  cluster: Cluster,
  topic: string,
  since?: number,
): Promise<readonly PlacedRecord[]> {
  const { ends, starts } = await spanOf(cluster, topic, since);
  const records: PlacedRecord[] = [];
  if (ends.size === 0) return records;
  const consumer = cluster.consumers.consumer({
    groupId: cluster.name(`read-${randomUUID()}`),
    maxWaitTimeInMs: 50,
    sessionTimeout: 10_000,
    allowAutoTopicCreation: false,
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const passed = (partition: number, last: string): void => {
    if (BigInt(last) + 1n >= (ends.get(partition) ?? 0n)) ends.delete(partition);
    if (ends.size === 0) resolve();
  };
  // A batch of nothing but transaction markers is announced here and not handed out.
  consumer.on(consumer.events.START_BATCH_PROCESS, ({ payload }) => {
    if (payload.topic === topic) queueMicrotask(() => passed(payload.partition, payload.lastOffset));
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => reject(kafkaError(payload.error, [topic])));
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        const start = starts.get(batch.partition);
        for (const message of batch.messages)
          if (start === undefined || BigInt(message.offset) >= start)
            records.push({ partition: batch.partition, message });
        await Promise.resolve();
      },
    });
    for (const [partition, offset] of starts) consumer.seek({ topic, partition, offset: String(offset) });
    await promise;
  } finally {
    await consumer.disconnect().catch(() => undefined);
  }
  return records;
}

/** Where reading begins, by partition, when that is not the beginning; and where it ends, of partitions that have anything to read. */
async function spanOf(
  cluster: Cluster,
  topic: string,
  since: number | undefined,
): Promise<{ readonly ends: Map<number, bigint>; readonly starts: ReadonlyMap<number, bigint> }> {
  const admin = cluster.admin();
  await admin.connect();
  try {
    const offsets = await admin.fetchTopicOffsets(topic);
    const after = since === undefined ? [] : await admin.fetchTopicOffsetsByTimestamp(topic, since);
    const starts = new Map(after.map(({ partition, offset }) => [partition, BigInt(offset)]));
    const begin = ({ partition, low }: { partition: number; low: string }): bigint =>
      starts.get(partition) ?? BigInt(low);
    const ends = offsets.filter((partition) => BigInt(partition.high) > begin(partition));
    return { ends: new Map(ends.map(({ partition, high }) => [partition, BigInt(high)])), starts };
  } catch (thrown) {
    throw kafkaError(thrown, [topic]);
  } finally {
    await admin.disconnect();
  }
}
