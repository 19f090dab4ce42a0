import { setTimeout as sleep } from 'node:timers/promises';
import { topicNames, type Violation } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import type { TopicEnds, TopicPartitions, TopicProgress } from '@bailiwick/kafka';
import { BailiwickError, type Logger, type Runnable } from '@bailiwick/platform';
import type { LogLedger } from '../log/log-ledger.js';
import type { ViolationLedger } from '../violations/violation-ledger.js';
import { sweptAt } from './completeness-metrics.js';
import { OPEN_OUTCOMES, type OpenCursor, type OpenRecord, type OpenRecords } from './open-records.js';
import type { NeighbourBooks } from './neighbour-books.js';
import { passedTopics, regionSentTo, topicsAfter, waitingTopics } from './open-step.js';
import { readersOf, readersOfFacts, untilReached, type Readers } from './settled.js';

/** Open records of an outcome that one sweep looks through beside those that moved; the next one goes on behind them. */
const LOOKED_THROUGH = 1000;
/**
 * How long a record that was sent to the border may be without another fact, in milliseconds. A relay that is killed between its two transactions, and
 * would then decide otherwise, leaves none here; what comes of such a record does, within this time.
 */
const BORDER_MS = 3_600_000;
/** For how long another cell is asked for a record that was sent there, in milliseconds. It is there for as long as it waits, and its answer comes back or does not. */
const ASKED_MS = 86_400_000;

/** What accounting works with. */
export interface CompletenessParts {
  readonly cell: CellSpec;
  readonly log: Pick<LogLedger, 'head'>;
  readonly records: Pick<OpenRecords, 'swept' | 'keepSwept' | 'between' | 'page' | 'recorded' | 'sentTo'>;
  readonly progress: Pick<TopicProgress, 'ends' | 'reached' | 'settled'>;
  readonly violations: Pick<ViolationLedger, 'record'>;
  /** The books of the cells over the border. */
  readonly neighbours: Pick<NeighbourBooks, 'arrivals'>;
  /** Milliseconds from one sweep to the next: longer than markers of one transaction are apart. */
  readonly everyMs: number;
  readonly logger: Logger;
}

/**
 * Holds the books of the cell: what came in went on, is held, broke, or is still in a topic. A sweep waits until every service has settled what the
 * topics that records only pass held at a moment, looks which partitions of the others are settled, and waits for the facts of that. A
 * record that by then lies nowhere was lost; so was one that was sent to another cell, whose lineage has settled its inbox and does not know it. When two sweeps have found it so it is a violation: one alone could fall between the marker
 * that a transaction has left in one topic and the one that it still has to leave in another. Only committed offsets are looked at,
 * never a record.
 */
export class Completeness implements Runnable {
  readonly #passed: Readers;
  readonly #waiting: Readers;
  readonly #facts: Readers;
  readonly #borders: ReadonlySet<string>;
  readonly #abort = new AbortController();
  /** How far the log went at the sweep before; null before the first. */
  #head: number | null = null;
  readonly #cursors = new Map<string, OpenCursor | null>();
  /** Violations that one sweep has found. */
  readonly #suspected = new Set<string>();
  #running: Promise<void> = Promise.resolve();

  constructor(private readonly parts: CompletenessParts) {
    const { cell } = parts;
    const names = topicNames(cell.jurisdiction);
    this.#passed = readersOf(cell, passedTopics(cell));
    this.#waiting = readersOf(cell, waitingTopics(cell));
    this.#facts = readersOfFacts(cell);
    this.#borders = new Set(cell.borders.map(names.border));
  }

  start(): Promise<void> {
    this.#running = this.#run();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  /**
   * Accounts for the records that moved since the sweep before the last one, and for a part of those that have been open for longer. Gives those that
   * were lost, each once. Waits until the services have come so far.
   */
  async sweep(): Promise<readonly OpenRecord[]> {
    const { log, records, progress, violations } = this.parts;
    const { size } = await log.head();
    // What a logged step wrote lies in its topic already: both are of one transaction.
    const [passed, waiting] = await Promise.all([
      progress.ends([...this.#passed.keys()]),
      progress.ends([...this.#waiting.keys()]),
    ]);
    const { signal } = this.#abort;
    await untilReached(progress, passed, this.#passed, signal);
    const settled = new Map([...everyPartition(passed), ...(await progress.settled(waiting, this.#waiting))]);
    await untilReached(progress, await progress.ends([...this.#facts.keys()]), this.#facts, signal);
    const open = await this.#open(size);
    const lost = open.filter((record) => this.#isLost(record, settled)).concat(await this.#lostAbroad(open));
    const confirmed = await this.#confirmed(open, lost);
    for (const record of confirmed) await violations.record(this.#violation(record));
    if (this.#head !== null) await records.keepSwept(this.#head);
    this.#head = size;
    sweptAt.setToCurrentTime();
    return confirmed;
  }

  /** What moved lately, and the next part of everything else. */
  async #open(size: number): Promise<readonly OpenRecord[]> {
    const { records } = this.parts;
    const open = new Map<string, OpenRecord>();
    for (const outcome of OPEN_OUTCOMES) {
      const after = this.#cursors.get(outcome) ?? null;
      const page = await records.page(outcome, after, size, LOOKED_THROUGH);
      this.#cursors.set(outcome, page.next);
      for (const record of page.records) open.set(record.last.eventId, record);
    }
    for (const record of await records.between(await records.swept(), size))
      open.set(record.last.eventId, record);
    return [...open.values()];
  }

  #isLost({ last, partition, isHome }: OpenRecord, settled: TopicPartitions): boolean {
    const topics = topicsAfter(last, this.parts.cell, isHome);
    const isRecent = Date.now() - (last.at?.getTime() ?? 0) < BORDER_MS;
    if (topics.length === 0 || (isRecent && topics.some((topic) => this.#borders.has(topic)))) return false;
    return topics.every((topic) => settled.get(topic)?.has(partition));
  }

  /** Those that were sent to other cells more often than they arrived there; a cell that does not answer is asked at the next sweep. */
  async #lostAbroad(open: readonly OpenRecord[]): Promise<readonly OpenRecord[]> {
    const { records, neighbours } = this.parts;
    const sent = open.filter(({ last }) => Date.now() - (last.at?.getTime() ?? 0) < ASKED_MS);
    const lost: OpenRecord[] = [];
    for (const [region, there] of Map.groupBy(sent, ({ last }) => regionSentTo(last))) {
      if (region === null) continue;
      const ids = there.map(({ last }) => last.eventId);
      const times = await records.sentTo(region, ids);
      const arrived = await neighbours.arrivals(region, ids);
      if (!arrived) continue;
      const isMissing = (event: string): boolean => (arrived.get(event) ?? 0) < (times.get(event) ?? 0);
      lost.push(...there.filter(({ last }) => isMissing(last.eventId)));
    }
    return lost;
  }

  /** Those that were lost at an earlier sweep too and that nobody was told of. */
  async #confirmed(open: readonly OpenRecord[], lost: readonly OpenRecord[]): Promise<readonly OpenRecord[]> {
    const ids = lost.map(violationIdOf);
    const recorded = await this.parts.records.recorded(ids);
    const confirmed = lost.filter((record) => {
      const id = violationIdOf(record);
      return this.#suspected.has(id) && !recorded.has(id);
    });
    for (const record of open) this.#suspected.delete(violationIdOf(record));
    for (const id of ids) if (!recorded.has(id)) this.#suspected.add(id);
    return confirmed;
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

  #violation(record: OpenRecord): Violation {
    const { last } = record;
    const { region, jurisdiction } = this.parts.cell;
    return {
      violationId: violationIdOf(record),
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

const violationIdOf = ({ last }: OpenRecord): string =>
  [last.eventId, 'lineage', 'record-unaccounted', last.factId].join('/');

const everyPartition = (ends: TopicEnds): TopicPartitions =>
  new Map(
    [...ends].map(([topic, partitions]) => [topic, new Set(partitions.map(({ partition }) => partition))]),
  );
