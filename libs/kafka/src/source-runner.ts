import { setTimeout as sleep } from 'node:timers/promises';
import { serviceOf, topicNames, type ServiceName } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import type { HealthCheck, Logger, Runnable } from '@bailiwick/platform';
import { backOffMs } from './back-off.js';
import type { Cluster } from './cluster.js';
import type { Writing } from './durable-writer.js';
import { kafkaError } from './kafka-failure.js';
import { OutcomeWriter, type OutcomeMessages } from './outcome-messages.js';
import { cursorMessage, readCursors } from './source-cursor.js';
import { TransactionalProducer } from './transactional-producer.js';

/** Something that was pulled, and the cursor after it. */
export interface Pulled {
  /** Where to go on after these writings; opaque to the runner. */
  readonly cursor: string;
  readonly writings: readonly Writing[];
}

/** A source outside Kafka that can be read on from a cursor. */
export interface SourceDefinition {
  /** Unique in the service, for example `crm-sample`; never rename it, the cursor belongs to the name. */
  readonly name: string;
  /** Reads on after the cursor, or from the beginning; ends or throws when the source does. */
  readonly pull: (cursor: string | null, signal: AbortSignal) => AsyncIterable<Pulled>;
}

/** What a source runner needs from its process. */
export interface SourceRunnerOptions {
  readonly cluster: Cluster;
  readonly cell: CellSpec;
  readonly logger: Logger;
}

/** Pulled and not yet written, in number and in bytes; the source waits beyond either. */
const PULLED_AHEAD = 500;
const BYTES_AHEAD = 32 * 1024 * 1024;

/**
 * Pulls a source exactly once: what was pulled and the cursor after it are one transaction. Whoever starts last under
 * a name takes over; the one before notices at its next transaction and waits.
 */
export class SourceRunner implements Runnable {
  readonly check: HealthCheck;
  readonly #options: SourceRunnerOptions;
  readonly #definition: SourceDefinition;
  readonly #writer: OutcomeWriter;
  readonly #cursorTopic: string;
  readonly #stopping = new AbortController();
  #session: Promise<void> = Promise.resolve();
  #problem: string | null = 'not started';

  constructor(options: SourceRunnerOptions, definition: SourceDefinition) {
    const { cluster, cell } = options;
    this.#options = options;
    this.#definition = definition;
    this.#writer = new OutcomeWriter(cell, cluster.identity, null);
    this.#cursorTopic = topicNames(cell.jurisdiction).cursor(
      serviceOf(cluster.identity.workload) as ServiceName,
    );
    this.check = { name: `source ${definition.name}`, problem: () => this.#problem };
  }

  start(): Promise<void> {
    this.#session = this.#run();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#session;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 1; !signal.aborted; failures++) {
      const began = Date.now();
      try {
        await this.#tenure(signal);
        failures = 0;
      } catch (thrown) {
        const error = kafkaError(thrown, [this.#cursorTopic]);
        this.#problem = error.detail;
        if (signal.aborted) return;
        this.#options.logger.warn('a source stopped and will be pulled again', {
          stage: this.#definition.name,
          error,
        });
      }
      if (Date.now() - began > 60_000) failures = 1;
      await sleep(backOffMs(Math.max(1, failures)), undefined, { signal }).catch(() => undefined);
    }
  }

  async #tenure(stopping: AbortSignal): Promise<void> {
    const { cluster } = this.#options;
    const { name, pull } = this.#definition;
    const producer = await TransactionalProducer.open(cluster, cluster.name(`${name}.source`));
    const over = new AbortController();
    try {
      const cursor = (await readCursors(cluster, this.#cursorTopic)).get(name) ?? null;
      this.#problem = null;
      const ahead = new Ahead(pull(cursor, AbortSignal.any([stopping, over.signal])), (pulled) =>
        this.#encode(pulled),
      );
      for (let batch = await ahead.take(); batch !== null; batch = await ahead.take()) {
        const messages = batch.flatMap(({ written }) => written.flatMap(({ own }) => own));
        const last = batch.at(-1)?.cursor ?? '';
        await producer.commit([...messages, cursorMessage(this.#cursorTopic, name, last)], null);
      }
    } finally {
      over.abort();
      await producer.close();
    }
  }

  async #encode({ cursor, writings }: Pulled): Promise<Encoded> {
    const written: OutcomeMessages[] = [];
    for (const { attributes, classification, outcomes, traceparent } of writings) {
      const traceId = /^00-([0-9a-f]{32})-/.exec(traceparent ?? '')?.[1] ?? '';
      const origin = {
        attributes,
        classification,
        traceparent: traceparent ?? null,
        traceId,
        consumed: null,
      };
      written.push(await this.#writer.write(outcomes, origin));
    }
    return { cursor, written };
  }
}

interface Encoded {
  readonly cursor: string;
  readonly written: readonly OutcomeMessages[];
}

/** Reads a source ahead of the transactions, within bounds, and gives out all that is there. */
class Ahead {
  #pulled: Encoded[] = [];
  #bytes = 0;
  #over = false;
  #failure: { readonly thrown: unknown } | null = null;
  #change = Promise.withResolvers<void>();

  constructor(source: AsyncIterable<Pulled>, encode: (pulled: Pulled) => Promise<Encoded>) {
    void this.#read(source, encode);
  }

  /** Everything pulled so far as far as one transaction takes it; waits for something; null at the end. */
  async take(): Promise<readonly Encoded[] | null> {
    while (this.#pulled.length === 0) {
      if (this.#failure) throw this.#failure.thrown;
      if (this.#over) return null;
      await this.#change.promise;
    }
    let bytes = 0;
    const fits = this.#pulled.findIndex(({ written }, index) => {
      bytes += bytesOf(written);
      return index > 0 && bytes > TRANSACTION_BYTES;
    });
    const taken = this.#pulled.splice(0, fits === -1 ? this.#pulled.length : fits);
    for (const { written } of taken) this.#bytes -= bytesOf(written);
    this.#changed();
    return taken;
  }

  async #read(source: AsyncIterable<Pulled>, encode: (pulled: Pulled) => Promise<Encoded>): Promise<void> {
    try {
      for await (const pulled of source) {
        const encoded = await encode(pulled);
        this.#pulled.push(encoded);
        this.#bytes += bytesOf(encoded.written);
        this.#changed();
        while (this.#pulled.length >= PULLED_AHEAD || this.#bytes > BYTES_AHEAD) await this.#change.promise;
      }
    } catch (thrown) {
      this.#failure = { thrown };
    }
    this.#over = true;
    this.#changed();
  }

  #changed(): void {
    const { resolve } = this.#change;
    this.#change = Promise.withResolvers();
    resolve();
  }
}

const bytesOf = (written: readonly OutcomeMessages[]): number =>
  written.reduce((sum, { bytes }) => sum + bytes, 0);

/** Far below what one batch of the record topics takes. */
const TRANSACTION_BYTES = 4 * 1024 * 1024;
