import { signControlEntry, topicNames, type ControlEntry } from '@bailiwick/contracts';
import type { Runnable } from '@bailiwick/platform';
import type { KeyObject } from 'node:crypto';
import type { Producer } from 'kafkajs';
import type { Cluster } from './cluster.js';
import { kafkaError } from './kafka-failure.js';
import { partitioner } from './partitioner.js';

/** Key with which the control-plane signs its entries. */
export interface ControlSigner {
  readonly key: KeyObject;
  readonly kid: string;
}

/** Publishes signed control entries to the control topics of one cell. */
export class ControlPublisher implements Runnable {
  readonly #jurisdiction: string;
  readonly #signer: ControlSigner;
  readonly #producer: Producer;

  constructor(cluster: Cluster, jurisdiction: string, signer: ControlSigner) {
    this.#jurisdiction = jurisdiction;
    this.#signer = signer;
    this.#producer = cluster.producers.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: partitioner,
      retry: { retries: Number.MAX_SAFE_INTEGER },
    });
  }

  async start(): Promise<void> {
    await this.#producer.connect().catch((thrown: unknown) => Promise.reject(kafkaError(thrown)));
  }

  /** Signs and writes the entries; resolves when all replicas have them. Entries of one kind and id keep their order. */
  async publish(entries: readonly ControlEntry[]): Promise<void> {
    const names = topicNames(this.#jurisdiction);
    const topics = new Map<string, { key: string; value: string }[]>();
    for (const entry of entries) {
      const value = await signControlEntry(entry, this.#signer.key, this.#signer.kid);
      const topic = names.control(entry.kind);
      topics.set(topic, [...(topics.get(topic) ?? []), { key: entry.id, value }]);
    }
    const topicMessages = [...topics].map(([topic, messages]) => ({ topic, messages }));
    await this.#producer
      .sendBatch({ topicMessages, acks: -1 })
      .catch((thrown: unknown) => Promise.reject(kafkaError(thrown, topics.keys())));
  }

  async stop(): Promise<void> {
    await this.#producer.disconnect();
  }
}
