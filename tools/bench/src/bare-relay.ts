import { Cluster } from '@bailiwick/kafka';
import { Partitioners, type Consumer, type KafkaMessage, type Producer } from 'kafkajs';
import type { HopSetup } from './relay-setup.js';

/** Beyond this the loop stops fetching, and goes on at half of it. */
const BUFFERED = 4000;
/** Records of one transaction at most: beyond it kafkajs's own sorting costs more than a transaction less saves. */
const PER_TRANSACTION = 1000;

/**
 * The best bare kafkajs transactional loop: one transaction at a time that takes all that is ready, produces it in
 * one call, and commits its offsets; fetching goes on meanwhile. No order beyond the partition's, no errors handled.
 */
export class BareRelay {
  readonly #setup: HopSetup;
  readonly #group: string;
  readonly #consumer: Consumer;
  readonly #producer: Producer;
  readonly #ready = new Map<number, KafkaMessage[]>();
  #count = 0;
  #paused = false;
  #running = false;
  #joined = Promise.withResolvers<void>();

  constructor(cluster: Cluster, setup: HopSetup) {
    this.#setup = setup;
    this.#group = cluster.name(setup.name);
    this.#consumer = cluster.consumers.consumer({ groupId: this.#group, maxWaitTimeInMs: 100, minBytes: 1 });
    this.#producer = cluster.producers.producer({
      transactionalId: this.#group,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
  }

  async start(): Promise<void> {
    await this.#producer.connect();
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [this.#setup.from], fromBeginning: true });
    this.#consumer.on(this.#consumer.events.GROUP_JOIN, () => this.#joined.resolve());
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => {
        const { partition, messages } = payload.batch;
        const last = messages.at(-1);
        if (!last) return Promise.resolve();
        const waiting = this.#ready.get(partition);
        if (waiting) waiting.push(...messages);
        else this.#ready.set(partition, [...messages]);
        this.#count += messages.length;
        payload.resolveOffset(last.offset);
        if (this.#count >= BUFFERED && !this.#paused) this.#pause(true);
        if (!this.#running) {
          this.#running = true;
          setImmediate(() => void this.#loop());
        }
        return Promise.resolve();
      },
    });
  }

  ready(): Promise<void> {
    return this.#joined.promise;
  }

  async stop(): Promise<void> {
    await this.#consumer.disconnect();
    await this.#producer.disconnect();
  }

  async #loop(): Promise<void> {
    while (this.#count > 0) {
      const messages: KafkaMessage[] = [];
      const partitions: { partition: number; offset: string }[] = [];
      for (const [partition, waiting] of this.#ready) {
        const taken = waiting.splice(0, PER_TRANSACTION - messages.length);
        const last = taken.at(-1);
        if (!last) continue;
        messages.push(...taken);
        partitions.push({ partition, offset: String(BigInt(last.offset) + 1n) });
      }
      const transaction = await this.#producer.transaction();
      const topicMessages = [
        {
          topic: this.#setup.to,
          messages: messages.map(({ key, value, headers }) => ({ key, value, headers: headers ?? {} })),
        },
      ];
      await transaction.sendBatch({ topicMessages, acks: -1 });
      await transaction.sendOffsets({
        consumerGroupId: this.#group,
        topics: [{ topic: this.#setup.from, partitions }],
      });
      await transaction.commit();
      this.#count -= messages.length;
      if (this.#paused && this.#count <= BUFFERED / 2) this.#pause(false);
    }
    this.#running = false;
  }

  #pause(on: boolean): void {
    this.#paused = on;
    if (on) this.#consumer.pause([{ topic: this.#setup.from }]);
    else this.#consumer.resume([{ topic: this.#setup.from }]);
  }
}
