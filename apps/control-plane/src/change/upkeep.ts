import { setTimeout as sleep } from 'node:timers/promises';
import { inTransaction, type Logger, type Runnable } from '@bailiwick/platform';
import type pg from 'pg';
import { overdueEmergencies } from './change-store.js';
import type { Changes } from './changes.js';

const PAUSE_MS = 1_000;

/** What time does by itself: it ends emergencies, and lets idempotency keys be forgotten after a day. */
export class Upkeep implements Runnable {
  readonly #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly changes: Changes,
    private readonly database: pg.Pool,
    private readonly settled: () => Promise<void>,
    private readonly now: () => number,
    private readonly logger: Logger,
  ) {}

  async start(): Promise<void> {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#once().catch((error: unknown) =>
        this.logger.warn('upkeep of the store failed and is tried again', { error }),
      );
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #once(): Promise<void> {
    const overdue = await overdueEmergencies(this.database, this.now());
    for (const id of overdue) {
      await inTransaction(this.database, (db) => this.changes.expire(db, id));
      this.logger.warn('an emergency change that nobody approved has come to its end', { reason: id });
    }
    if (overdue.length > 0) await this.settled();
    await this.database.query(`DELETE FROM control.idempotency WHERE at < now() - interval '1 day'`);
  }
}
