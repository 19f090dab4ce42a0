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
 * Reads a topic from its beginning to the end it has now, committed records only. The end of a topic that somebody
 * writes to is its last stable offset at the start of the call: it lies before a transaction that is open, and before one
 * whose commit is confirmed and whose marker is not written yet.
 */
export async function readTopic(cluster: Cluster, topic: string): Promise<readonly PlacedRecord[]> {
  const ends = await endsOf(cluster, topic);
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
        for (const message of batch.messages) records.push({ partition: batch.partition, message });
        await Promise.resolve();
      },
    });
    await promise;
  } finally {
    await consumer.disconnect().catch(() => undefined);
  }
  return records;
}

async function endsOf(cluster: Cluster, topic: string): Promise<Map<number, bigint>> {
  const admin = cluster.admin();
  await admin.connect();
  try {
    const offsets = await admin.fetchTopicOffsets(topic);
    return new Map(
      offsets
        .filter(({ low, high }) => BigInt(high) > BigInt(low))
        .map(({ partition, high }) => [partition, BigInt(high)]),
    );
  } catch (thrown) {
    throw kafkaError(thrown, [topic]);
  } finally {
    await admin.disconnect();
  }
}
