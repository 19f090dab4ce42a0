import { toHeaders, spiffeId, type EventType } from '@bailiwick/contracts';
import type { Runnable } from '@bailiwick/platform';
import type { Producer } from 'kafkajs';
import type { Cluster } from './cluster.js';
import { kafkaError } from './kafka-failure.js';
import { partitioner } from './partitioner.js';

/** Tries of one report: the next one says more than a late one. */
const RETRIES = 3;

/**
 * Writes to a compacted topic what one thing is like now, over and over: only the newest counts, and once more does no harm. It is
 * no record, so it has no fact and shares no transaction.
 */
export class ReportWriter<T> implements Runnable {
  readonly #cluster: Cluster;
  readonly #topic: string;
  readonly #type: EventType<T>;
  readonly #producer: Producer;
  #connected: Promise<void> | null = null;

  constructor(cluster: Cluster, topic: string, type: EventType<T>) {
    this.#cluster = cluster;
    this.#topic = topic;
    this.#type = type;
    this.#producer = cluster.producers.producer({
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: partitioner,
      retry: { retries: RETRIES },
    });
  }

  /** Connects with the first report: a broker that is away stops nobody from starting. */
  start(): Promise<void> {
    return Promise.resolve();
  }

  /** Writes the report under the name of what it is about; rejects with a transient error when the broker is away. */
  async write(name: string, at: number, report: T): Promise<void> {
    const headers = toHeaders({
      id: `${name}/${at}`,
      type: this.#type.type,
      source: spiffeId(this.#cluster.identity),
      subject: name,
      time: at,
      contentType: this.#type.contentType,
      tenant: '',
      purpose: '',
      classification: 'Internal',
      traceparent: null,
    });
    const value = Buffer.from(this.#type.encode(report));
    try {
      await (this.#connected ??= this.#producer.connect());
      await this.#producer.send({ topic: this.#topic, acks: -1, messages: [{ key: name, value, headers }] });
    } catch (thrown) {
      this.#connected = null;
      throw kafkaError(thrown, [this.#topic]);
    }
  }

  async stop(): Promise<void> {
    await this.#producer.disconnect().catch(() => undefined);
  }
}
