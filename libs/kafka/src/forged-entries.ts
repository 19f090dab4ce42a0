import { setTimeout as sleep } from 'node:timers/promises';
import { EVENT_TYPES, serviceOf, topicNames, type Violation } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import type { Logger } from '@bailiwick/platform';
import { backOffMs } from './back-off.js';
import type { Cluster } from './cluster.js';
import { DurableWriter } from './durable-writer.js';
import { kafkaError } from './kafka-failure.js';
import { emit, type Coordinates } from './stage.js';

const CODE = 'control-forged';

/** What needs be known to report. */
export interface ForgedEntriesOptions {
  readonly cluster: Cluster;
  readonly cell: CellSpec;
  readonly logger: Logger;
}

/**
 * Reports control entries that are not what they claim as violations. The id of a violation is the service and the
 * entry's coordinates, so an entry that is met again, by another process of the service or after a restart, is
 * reported again under the same id, and lineage keeps it once. Nothing of the entry is in the report: who forges one
 * chooses its key and content.
 */
export class ForgedEntries {
  readonly #options: ForgedEntriesOptions;
  /** Opens its producer when there is something to write, so that nothing is paid while nobody forges. */
  readonly #writer: DurableWriter;
  readonly #stopping = new AbortController();
  readonly #known = new Set<string>();
  readonly #waiting: Violation[] = [];
  #writing = false;

  constructor(options: ForgedEntriesOptions) {
    this.#options = options;
    this.#writer = new DurableWriter(options.cluster, options.cell);
  }

  /** Reports in the background, and tries again until it is written. */
  report(at: Coordinates): void {
    const { topic, partition, offset } = at;
    const where = `${topic}/${partition}/${offset}`;
    if (this.#known.has(where)) return;
    this.#known.add(where);
    this.#options.logger.error('a control entry is not what it claims and is ignored', {
      topic,
      partition,
      offset: String(offset),
      code: CODE,
    });
    this.#waiting.push(this.#violation(at, where));
    if (!this.#writing) void this.#writeAll();
  }

  /** What is not written yet is met and reported again at the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#writer.stop();
  }

  #violation({ topic, partition, offset }: Coordinates, where: string): Violation {
    const { cluster, cell } = this.#options;
    const service = serviceOf(cluster.identity.workload);
    return {
      violationId: `${service}/${CODE}/${where}`,
      eventId: '',
      tenant: '',
      code: CODE,
      service,
      region: cell.region,
      jurisdiction: cell.jurisdiction,
      at: new Date(),
      traceId: '',
      detail: `entry ${offset} of partition ${partition} of ${topic} is not signed by the control-plane for this topic; it changed nothing`,
    };
  }

  async #writeAll(): Promise<void> {
    const { signal } = this.#stopping;
    this.#writing = true;
    for (let failures = 1; this.#waiting.length > 0 && !signal.aborted;) {
      const batch = [...this.#waiting];
      try {
        await Promise.all(batch.map((violation) => this.#write(violation)));
        this.#waiting.splice(0, batch.length);
        failures = 1;
      } catch (thrown) {
        const error = kafkaError(thrown);
        if (!signal.aborted)
          this.#options.logger.warn('a violation is not recorded yet', { code: CODE, error });
        await sleep(backOffMs(failures++), undefined, { signal }).catch(() => undefined);
      }
    }
    this.#writing = false;
  }

  /** As a message without a fact: it belongs to no event, and lineage would list one that never ends. */
  #write(violation: Violation): Promise<void> {
    const topic = topicNames(this.#options.cell.jurisdiction).violation;
    return this.#writer.write({
      attributes: { eventId: violation.violationId, tenant: '', purpose: '', object: '', subject: '' },
      classification: 'Internal',
      outcomes: [emit({ topic, type: EVENT_TYPES.violation, message: violation, fact: null })],
      traceparent: null,
    });
  }
}
