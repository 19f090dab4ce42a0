import { randomUUID } from 'node:crypto';
import { trace } from '@opentelemetry/api';
import type { CellSpec, Sensitivity } from '@bailiwick/domain';
import { BailiwickError, activeTraceparent, coalesce, type Runnable } from '@bailiwick/platform';
import type { Cluster } from './cluster.js';
import { kafkaError } from './kafka-failure.js';
import { OutcomeWriter, type OutcomeMessages } from './outcome-messages.js';
import type { Emit, RecordAttributes, Settle, Violated } from './stage.js';
import { TransactionalProducer } from './transactional-producer.js';

/** Something to write that did not come from Kafka. */
export interface Writing {
  readonly attributes: RecordAttributes;
  readonly classification: Sensitivity;
  readonly outcomes: readonly (Emit | Settle | Violated)[];
  /** W3C trace context of the outgoing messages; that of the active span when absent. */
  readonly traceparent?: string | null;
}

type Written = BailiwickError | null;

/** Writings per transaction at most; together they stay far below what one batch takes. */
const WRITINGS_PER_TRANSACTION = 500;

/**
 * Writes records and their facts durably, all or nothing, for whoever has no source in Kafka. Concurrent writings
 * share one transaction: one is in flight, whatever comes meanwhile goes into the next.
 */
export class DurableWriter implements Runnable {
  readonly #cluster: Cluster;
  readonly #writer: OutcomeWriter;
  readonly #transactionalId: string;
  readonly #write: (messages: OutcomeMessages) => Promise<Written>;
  #producer: TransactionalProducer | null = null;

  constructor(cluster: Cluster, cell: CellSpec) {
    this.#cluster = cluster;
    this.#writer = new OutcomeWriter(cell, cluster.identity, null);
    // Of this process alone: without a source there is nothing that two processes could both have taken.
    this.#transactionalId = cluster.name(`writer-${randomUUID()}`);
    this.#write = coalesce((waiting) => this.#commit(waiting), WRITINGS_PER_TRANSACTION);
  }

  async start(): Promise<void> {
    this.#producer = await this.#open().catch((thrown: unknown) => Promise.reject(kafkaError(thrown)));
  }

  /**
   * Resolves when all in-sync replicas have the messages and the transaction is committed. Rejects with
   * `record-too-large`, or with a transient error that leaves open whether they were written: write again under the
   * same event id.
   */
  async write({ attributes, classification, outcomes, traceparent }: Writing): Promise<void> {
    const messages = await this.#writer.write(outcomes, {
      attributes,
      classification,
      traceparent: traceparent === undefined ? activeTraceparent() : traceparent,
      traceId: trace.getActiveSpan()?.spanContext().traceId ?? '',
      consumed: null,
    });
    const failure = await this.#write(messages);
    if (failure) throw failure;
  }

  async stop(): Promise<void> {
    await this.#producer?.close();
    this.#producer = null;
  }

  async #commit(waiting: readonly OutcomeMessages[]): Promise<readonly Written[]> {
    const results: Written[] = [];
    for (let next = 0; next < waiting.length;) {
      const end = batchEnd(waiting, next);
      const failure = await this.#commitBatch(waiting.slice(next, end));
      for (; next < end; next++) results.push(failure);
    }
    return results;
  }

  async #commitBatch(batch: readonly OutcomeMessages[]): Promise<Written> {
    const messages = batch.flatMap(({ own }) => own);
    try {
      this.#producer ??= await this.#open();
      await this.#producer.commit(messages, null);
      return null;
    } catch (thrown) {
      await this.#producer?.close();
      this.#producer = null;
      return kafkaError(thrown, new Set(messages.map(({ topic }) => topic)));
    }
  }

  #open(): Promise<TransactionalProducer> {
    return TransactionalProducer.open(this.#cluster, this.#transactionalId);
  }
}

/** End of the longest run from `start` whose messages fit together into one batch of the strictest topic. */
function batchEnd(waiting: readonly OutcomeMessages[], start: number): number {
  let bytes = 0;
  let room = Number.POSITIVE_INFINITY;
  let end = start;
  for (; end < waiting.length; end++) {
    const next = waiting[end];
    if (!next) break;
    bytes += next.bytes;
    room = Math.min(room, next.batchLimit);
    if (end > start && bytes > room) break;
  }
  return end;
}
