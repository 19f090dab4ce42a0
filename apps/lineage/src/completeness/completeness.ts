import { setTimeout as sleep } from 'node:timers/promises';
import { kafkaPrefix, topicCatalogue, topicNames, type Violation } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import type { TopicEnds, TopicProgress } from '@bailiwick/kafka';
import { BailiwickError, type Logger, type Runnable } from '@bailiwick/platform';
import type { LogLedger } from '../log/log-ledger.js';
import type { ViolationLedger } from '../violations/violation-ledger.js';
import { sweptAt } from './completeness-metrics.js';
import type { OpenRecord, OpenRecords } from './open-records.js';
import { isOwedHere } from './open-step.js';

/** How often it is looked whether the services have come as far as a sweep needs, in milliseconds. */
const LOOK_MS = 1000;

/** What accounting works with. */
export interface CompletenessParts {
  readonly cell: CellSpec;
  readonly log: Pick<LogLedger, 'head'>;
  readonly records: Pick<OpenRecords, 'swept' | 'keepSwept' | 'between'>;
  readonly progress: Pick<TopicProgress, 'ends' | 'reached' | 'close'>;
  readonly violations: Pick<ViolationLedger, 'record'>;
  /** Milliseconds from one sweep to the next. */
  readonly everyMs: number;
  readonly logger: Logger;
}

/**
 * Holds the books of the cell: what came in went on, is held, broke, or is still in a topic. A sweep waits until every service has settled what its
 * topics held at a moment, and lineage the facts of that; a record that should have gone on by then and did not was lost, and is
 * a violation. Only committed offsets are looked at, never a record.
 */
export class Completeness implements Runnable {
  readonly #stages: ReadonlyMap<string, readonly string[]>;
  readonly #facts: ReadonlyMap<string, readonly string[]>;
  readonly #abort = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(private readonly parts: CompletenessParts) {
    const { cell } = parts;
    const names = topicNames(cell.jurisdiction);
    const steps = [names.record, names.classified, names.returned, names.inbox, names.result];
    const topics = new Set([...steps, ...cell.pools.map(({ id }) => names.request(id))]);
    const readersOf = (topic: string): readonly string[] =>
      topicCatalogue(cell)
        .filter(({ name }) => name === topic)
        .flatMap(({ readers }) => readers.filter(({ workload }) => workload !== 'lineage').map(kafkaPrefix));
    this.#stages = new Map([...topics].map((topic) => [topic, readersOf(topic)]));
    this.#facts = new Map([[names.fact, [kafkaPrefix({ region: cell.region, workload: 'lineage' })]]]);
  }

  start(): Promise<void> {
    this.#running = this.#run();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
    await this.parts.progress.close();
  }

  /** Accounts for all records whose steps are in the log now, and gives those that were lost. Waits until the services have come so far. */
  async sweep(): Promise<readonly OpenRecord[]> {
    const { log, records, progress, violations, cell } = this.parts;
    const { size } = await log.head();
    // What a logged step wrote lies in its topic already: both are of one transaction.
    await this.#reached(await progress.ends([...this.#stages.keys()]), this.#stages);
    await this.#reached(await progress.ends([...this.#facts.keys()]), this.#facts);
    const open = await records.between(await records.swept(), size);
    const lost = open.filter(({ last, isHome }) => isOwedHere(last, cell, isHome));
    for (const record of lost) await violations.record(this.#violation(record));
    await records.keepSwept(size);
    sweptAt.setToCurrentTime();
    return lost;
  }

  async #reached(ends: TopicEnds, readers: ReadonlyMap<string, readonly string[]>): Promise<void> {
    while (!(await this.parts.progress.reached(ends, readers)))
      await sleep(LOOK_MS, undefined, { signal: this.#abort.signal });
  }

  async #run(): Promise<void> {
    const { everyMs, logger } = this.parts;
    const { signal } = this.#abort;
    while (!signal.aborted)
      try {
        await sleep(everyMs, undefined, { signal });
        await this.sweep();
      } catch (thrown) {
        if (signal.aborted) return;
        logger.warn('records were not accounted for; the next sweep does it', {
          error: BailiwickError.from(thrown),
        });
      }
  }

  #violation({ last }: OpenRecord): Violation {
    const { region, jurisdiction } = this.parts.cell;
    return {
      violationId: [last.eventId, 'lineage', 'record-unaccounted', last.factId].join('/'),
      eventId: last.eventId,
      tenant: last.tenant,
      code: 'record-unaccounted',
      service: 'lineage',
      region,
      jurisdiction,
      at: new Date(),
      traceId: last.traceId,
      detail: `The record was ${last.kind} by ${last.service} and went no further, though everything behind it was settled.`,
    };
  }
}
