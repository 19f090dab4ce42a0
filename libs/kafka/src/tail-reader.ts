import { randomUUID } from 'node:crypto';
import type { EventType } from '@bailiwick/contracts';
import type { HealthCheck, Logger, Runnable } from '@bailiwick/platform';
import type { Consumer } from 'kafkajs';
import { backOffMs } from './back-off.js';
import type { Cluster } from './cluster.js';
import { kafkaError } from './kafka-failure.js';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a tail is read with. */
export interface TailReaderOptions<T> {
  readonly cluster: Cluster;
  readonly topic: string;
  readonly type: EventType<T>;
  /** How far before its start it begins to read, in milliseconds. */
  readonly sinceMs: number;
  /** Longest time after which what is committed is seen, in milliseconds; 50 unless somebody waits less eagerly. */
  readonly withinMs?: number;
  /** Called for each committed message, in the order of its partition. Must not throw. */
  readonly take: (message: T) => void;
  readonly logger: Logger;
}

const SOON_MS = 50;

/**
 * Reads what is committed to a topic from shortly before its start on, all partitions, in every process: for those who wait for one message
 * among many. It commits nothing; after a failure it goes on where it was.
 */
export class TailReader<T> implements Runnable {
  readonly check: HealthCheck;
  readonly #options: TailReaderOptions<T>;
  readonly #stopping = new AbortController();
  /** Next offset by partition, once anything is known of it. */
  readonly #next = new Map<number, bigint>();
  #consumer: Consumer | null = null;
  #failures = 0;
  #joined = false;

  constructor(options: TailReaderOptions<T>) {
    this.#options = options;
    this.check = {
      name: `tail ${options.topic}`,
      problem: () => (this.#joined ? null : `${options.topic} is not read yet`),
    };
  }

  /** Reads in the background; `check` says when everything that is committed from now on will be seen. */
  start(): Promise<void> {
    void this.#read();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#consumer?.disconnect().catch(() => undefined);
  }

  async #read(): Promise<void> {
    const { signal } = this.#stopping;
    const { topic, logger } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#begin();
        await this.#consume();
        return;
      } catch (thrown) {
        logger.warn('a topic cannot be read yet', { topic, error: kafkaError(thrown, [topic]) });
        await this.#consumer?.disconnect().catch(() => undefined);
        await sleep(backOffMs(++this.#failures), undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** Where to begin, partition by partition: before the first message that counts, or where reading stopped. */
  async #begin(): Promise<void> {
    const { cluster, topic, sinceMs } = this.#options;
    const admin = cluster.admin();
    await admin.connect();
    try {
      for (const { partition, offset } of await admin.fetchTopicOffsetsByTimestamp(
        topic,
        Date.now() - sinceMs,
      ))
        if (!this.#next.has(partition)) this.#next.set(partition, BigInt(offset));
    } finally {
      await admin.disconnect();
    }
  }

  async #consume(): Promise<void> {
    const { cluster, topic, type, take, logger, withinMs = SOON_MS } = this.#options;
    // A group of its own per process and never a commit: every process reads everything.
    const consumer = cluster.consumers.consumer({
      groupId: cluster.name(`tail-${randomUUID()}`),
      maxWaitTimeInMs: withinMs,
      sessionTimeout: 10_000,
      heartbeatInterval: 2000,
      allowAutoTopicCreation: false,
      retry: { restartOnFailure: () => Promise.resolve(true) },
    });
    this.#consumer = consumer;
    consumer.on(consumer.events.GROUP_JOIN, () => {
      for (const [partition, offset] of this.#next)
        consumer.seek({ topic, partition, offset: String(offset) });
      this.#joined = true;
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      this.#joined = false;
      logger.warn('the reader of a topic crashed', { topic, error: kafkaError(payload.error, [topic]) });
      if (!payload.restart)
        void sleep(backOffMs(++this.#failures), undefined, { signal: this.#stopping.signal })
          .then(() => this.#read())
          .catch(() => undefined);
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: false });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        this.#failures = 0;
        for (const { offset, value } of batch.messages) {
          // What was read before the group was joined again comes once more.
          if (BigInt(offset) < (this.#next.get(batch.partition) ?? 0n)) continue;
          this.#next.set(batch.partition, BigInt(offset) + 1n);
          if (value) this.#tell(value, type, take);
        }
        await Promise.resolve();
      },
    });
  }

  #tell(value: Buffer, type: EventType<T>, take: (message: T) => void): void {
    let message: T;
    try {
      message = type.decode(value);
    } catch {
      this.#options.logger.error('a message of a topic is not what the topic holds', {
        topic: this.#options.topic,
      });
      return;
    }
    take(message);
  }
}
