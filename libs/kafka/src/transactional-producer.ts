import { setTimeout as sleep } from 'node:timers/promises';
import type { Producer, Transaction } from 'kafkajs';
import type { Cluster } from './cluster.js';
import { isPassing } from './kafka-failure.js';
import { partitioner } from './partitioner.js';

/** A message ready for the broker. */
export interface OutgoingMessage {
  readonly topic: string;
  readonly key: Buffer | string | null;
  readonly value: Buffer;
  readonly headers: Record<string, string>;
  /**
   * Partition of its topic within which the message may join others of the same transaction: their values are put one behind the other,
   * which must be one value of the same type, and only the first one's key and headers are written. Absent: it stands alone.
   */
  readonly joins?: number;
}

/** Consumed offsets that a transaction commits for a group: topic → partition → next offset to read. */
export interface ConsumedOffsets {
  readonly group: string;
  readonly offsets: ReadonlyMap<string, ReadonlyMap<number, bigint>>;
}

/** Below the broker's `transaction.max.timeout.ms`; also how long a dead owner can hold back readers. */
const TRANSACTION_TIMEOUT_MS = 30_000;

/**
 * A producer that owns a transactional id. Opening it fences whoever had the id and ends that one's transaction.
 * After any failure it is unusable and must be closed: kafkajs then no longer knows which sequence numbers the broker
 * has seen, and a record sent under a number already used would vanish as a duplicate.
 */
export class TransactionalProducer {
  readonly #producer: Producer;

  private constructor(producer: Producer) {
    this.#producer = producer;
  }

  /** Takes over the transactional id. When this resolves, the former owner's last transaction is decided. */
  static async open(cluster: Cluster, transactionalId: string): Promise<TransactionalProducer> {
    const producer = cluster.producers.producer({
      transactionalId,
      transactionTimeout: TRANSACTION_TIMEOUT_MS,
      allowAutoTopicCreation: false,
      maxInFlightRequests: 1,
      createPartitioner: partitioner,
    });
    try {
      await producer.connect();
      const transaction = await passing(() => producer.transaction());
      await transaction.abort();
    } catch (thrown) {
      await producer.disconnect().catch(() => undefined);
      throw thrown;
    }
    return new TransactionalProducer(producer);
  }

  /** Writes messages and offsets in one transaction. A rejection says nothing about whether it was committed. */
  async commit(messages: readonly OutgoingMessage[], consumed: ConsumedOffsets | null): Promise<void> {
    const transaction = await this.#producer.transaction();
    if (messages.length > 0)
      await transaction.sendBatch({ topicMessages: byTopic(joined(messages)), acks: -1 });
    if (consumed) await sendOffsets(transaction, consumed);
    await transaction.commit();
  }

  async close(): Promise<void> {
    await this.#producer.disconnect().catch(() => undefined);
  }
}

/** Joins the messages that may be joined; the broker's and kafkajs's work grows with the number of messages. */
function joined(messages: readonly OutgoingMessage[]): readonly OutgoingMessage[] {
  const alone: OutgoingMessage[] = [];
  const groups = new Map<string, OutgoingMessage[]>();
  for (const message of messages) {
    if (message.joins === undefined) {
      alone.push(message);
      continue;
    }
    const group = groups.get(`${message.joins} ${message.topic}`);
    if (group) group.push(message);
    else groups.set(`${message.joins} ${message.topic}`, [message]);
  }
  for (const [first, ...others] of groups.values())
    if (first)
      alone.push({ ...first, value: Buffer.concat([first.value, ...others.map(({ value }) => value)]) });
  return alone;
}

function byTopic(messages: readonly OutgoingMessage[]): { topic: string; messages: OutgoingMessage[] }[] {
  const topics = new Map<string, OutgoingMessage[]>();
  for (const message of messages) {
    const list = topics.get(message.topic);
    if (list) list.push(message);
    else topics.set(message.topic, [message]);
  }
  return [...topics].map(([topic, list]) => ({ topic, messages: list }));
}

async function sendOffsets(transaction: Transaction, { group, offsets }: ConsumedOffsets): Promise<void> {
  const topics = [...offsets].map(([topic, partitions]) => ({
    topic,
    partitions: [...partitions].map(([partition, offset]) => ({ partition, offset: offset.toString() })),
  }));
  await passing(() => transaction.sendOffsets({ consumerGroupId: group, topics }));
}

/** Repeats a call that kafkajs itself does not repeat while the coordinator still finishes the one before. */
async function passing<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call();
    } catch (thrown) {
      if (!isPassing(thrown) || attempt >= 40) throw thrown;
      await sleep(Math.min(5 * 1.4 ** attempt, 500));
    }
  }
}
