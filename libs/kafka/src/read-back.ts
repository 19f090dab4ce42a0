import { randomUUID } from 'node:crypto';
import { AssignerProtocol, type KafkaMessage, type PartitionAssigner } from 'kafkajs';
import type { Cluster } from './cluster.js';
import { kafkaError } from './kafka-failure.js';
import type { Coordinates } from './stage.js';

/** Longest time without a batch, in milliseconds, before the reading is given up. */
const SILENT_MS = 15_000;

/**
 * Reads what a partition holds before a record, from the first record whose timestamp is `sinceMs` or later, and
 * commits nothing. Only committed records are seen. Throws a transient error when the broker does not answer.
 */
export async function readBack<T>(
  cluster: Cluster,
  before: Coordinates,
  sinceMs: number,
  take: (message: KafkaMessage) => T | undefined,
): Promise<readonly T[]> {
  const { topic, partition, offset } = before;
  try {
    const from = await offsetAt(cluster, topic, partition, sinceMs);
    return from < offset ? await read(cluster, before, from, take) : [];
  } catch (thrown) {
    throw kafkaError(thrown, [topic]);
  }
}

/** Reads the one record at these coordinates; null when there is none, or none any more. Commits nothing. */
export async function readAt(cluster: Cluster, at: Coordinates): Promise<KafkaMessage | null> {
  const { topic, partition, offset } = at;
  try {
    if (!(await holds(cluster, at))) return null;
    const end = { topic, partition, offset: offset + 1n };
    const [message] = await read(cluster, end, offset, (found) => found);
    return message ?? null;
  } catch (thrown) {
    throw kafkaError(thrown, [topic]);
  }
}

async function holds(cluster: Cluster, { topic, partition, offset }: Coordinates): Promise<boolean> {
  const admin = cluster.admin();
  await admin.connect();
  try {
    const found = (await admin.fetchTopicOffsets(topic)).find(
      (candidate) => candidate.partition === partition,
    );
    return found !== undefined && BigInt(found.low) <= offset && offset < BigInt(found.high);
  } finally {
    await admin.disconnect();
  }
}

async function offsetAt(
  cluster: Cluster,
  topic: string,
  partition: number,
  sinceMs: number,
): Promise<bigint> {
  const admin = cluster.admin();
  await admin.connect();
  try {
    const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, Math.max(0, Math.floor(sinceMs)));
    return BigInt(offsets.find((candidate) => candidate.partition === partition)?.offset ?? 0);
  } finally {
    await admin.disconnect();
  }
}

async function read<T>(
  cluster: Cluster,
  { topic, partition, offset: end }: Coordinates,
  from: bigint,
  take: (message: KafkaMessage) => T | undefined,
): Promise<readonly T[]> {
  const taken: T[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const silence = setTimeout(() => reject(new Error('the partition cannot be read back')), SILENT_MS);
  const consumer = cluster.consumers.consumer({
    groupId: cluster.name(`read-back-${randomUUID()}`),
    partitionAssigners: [onlyPartition(partition)],
    maxWaitTimeInMs: 100,
    allowAutoTopicCreation: false,
    retry: { restartOnFailure: () => Promise.resolve(false) },
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  // A batch of nothing but transaction markers is announced here and not handed out.
  consumer.on(consumer.events.START_BATCH_PROCESS, ({ payload }) => {
    if (BigInt(payload.lastOffset) + 1n >= end) queueMicrotask(resolve);
  });
  consumer.on(consumer.events.GROUP_JOIN, () => consumer.seek({ topic, partition, offset: from.toString() }));
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: ({ batch }) => {
        silence.refresh();
        for (const message of batch.messages) {
          const position = BigInt(message.offset);
          if (position < from || position >= end) continue;
          const value = take(message);
          if (value !== undefined) taken.push(value);
        }
        if (BigInt(batch.lastOffset()) + 1n >= end) resolve();
        return Promise.resolve();
      },
    });
    await promise;
    return taken;
  } finally {
    clearTimeout(silence);
    await consumer.disconnect().catch(() => undefined);
  }
}

/** The group has one member, which wants one partition. */
const onlyPartition =
  (partition: number): PartitionAssigner =>
  () => ({
    name: 'bailiwick-read-back',
    version: 1,
    protocol: ({ topics }) => ({
      name: 'bailiwick-read-back',
      metadata: AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData: Buffer.alloc(0) }),
    }),
    assign: ({ members, topics }) =>
      Promise.resolve(
        members.map(({ memberId }) => ({
          memberId,
          memberAssignment: AssignerProtocol.MemberAssignment.encode({
            version: 1,
            assignment: Object.fromEntries(topics.map((topic) => [topic, [partition]])),
            userData: Buffer.alloc(0),
          }),
        })),
      ),
  });
