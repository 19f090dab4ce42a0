import { setTimeout as sleep } from 'node:timers/promises';
import type { CellSpec } from '@bailiwick/domain';
import { DurableWriter, type Cluster, type Writing } from '@bailiwick/kafka';
import type { Logger, Runnable } from '@bailiwick/platform';
import type pg from 'pg';

const PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/** A table of what waits to be told to cells: rows with `seq`, which orders them, and the `region` that they are for. */
export interface Waiting<Row> {
  /** `schema.table`. */
  readonly table: string;
  /** How a cell is told of a row. */
  readonly written: (row: Row, cell: CellSpec) => Writing;
}

/**
 * Writes what waits for one cell to its topics, and forgets each row when the cell has it. One that was written and not yet forgotten when
 * the process ended is written again under the same id, and lineage keeps it once.
 */
export class CellOutbox implements Runnable {
  readonly #writer: DurableWriter;
  readonly #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly cell: CellSpec,
    private readonly waiting: readonly Waiting<never>[],
    cluster: Cluster,
    private readonly database: pg.Pool,
    private readonly logger: Logger,
  ) {
    this.#writer = new DurableWriter(cluster, cell);
  }

  async start(): Promise<void> {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await this.#writer.stop();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted;) {
      try {
        for (const waiting of this.waiting) await this.#sendAll(waiting);
        failures = 0;
      } catch (error) {
        if (failures++ === 0)
          this.logger.warn('what a cell is to record waits: it cannot be told', { error });
      }
      await sleep(Math.min(PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS), undefined, { signal }).catch(
        () => undefined,
      );
    }
  }

  async #sendAll({ table, written }: Waiting<never>): Promise<void> {
    const { rows } = await this.database.query<{ readonly seq: string } & object>(
      `SELECT * FROM ${table} WHERE region = $1 ORDER BY seq LIMIT 100`,
      [this.cell.region],
    );
    await Promise.all(rows.map((row) => this.#writer.write(written(row as never, this.cell))));
    if (rows.length > 0)
      await this.database.query(`DELETE FROM ${table} WHERE seq = ANY($1)`, [rows.map(({ seq }) => seq)]);
  }
}
