import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolReport, PoolStatement } from '@bailiwick/contracts';
import type { Logger, Runnable } from '@bailiwick/platform';
import { POOL_METRICS } from '../answer/pool-metrics.js';
import { poolReport } from './pool-report.js';

/** What reporting works with. */
export interface PoolReporterOptions {
  readonly pool: string;
  readonly region: string;
  readonly places: number;
  readonly mostWaiting: number;
  /** How long after one report the next is made, in milliseconds. */
  readonly everyMs: number;
  /** Requests in the pool's topic that are not settled yet. */
  readonly waiting: () => Promise<number>;
  /** Asks the pool how it is. */
  readonly ask: () => Promise<PoolStatement>;
  readonly write: (report: PoolReport) => Promise<void>;
  readonly logger: Logger;
}

/** Reports how the pool is, again and again. What cannot be found out is left out, and what cannot be written comes next time. */
export class PoolReporter implements Runnable {
  readonly #options: PoolReporterOptions;
  readonly #stopping = new AbortController();
  readonly #since = Date.now();
  #statement: PoolStatement | undefined;
  #failing = false;
  #loop: Promise<void> = Promise.resolve();

  constructor(options: PoolReporterOptions) {
    this.#options = options;
  }

  start(): Promise<void> {
    this.#loop = this.#report();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #report(): Promise<void> {
    const { signal } = this.#stopping;
    const { everyMs, logger, pool } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#once();
        this.#failing = false;
      } catch (error) {
        if (!this.#failing) logger.warn('the pool is not reported on for now', { pool, error });
        this.#failing = true;
      }
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #once(): Promise<void> {
    const { pool, region, places, mostWaiting, ask, write } = this.#options;
    const [said, waiting] = await Promise.all([
      ask().catch(() => undefined),
      this.#options.waiting().catch(() => undefined),
    ]);
    this.#statement = said ?? this.#statement;
    const statement = this.#statement;
    const report = poolReport({
      pool,
      region,
      now: Date.now(),
      since: this.#since,
      places,
      waiting,
      mostWaiting,
      statement,
    });
    if (waiting !== undefined) POOL_METRICS.waiting.set({ pool }, waiting);
    if (report.room !== undefined) POOL_METRICS.room.set({ pool }, report.room);
    await write(report);
  }
}
