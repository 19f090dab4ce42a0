import type pg from 'pg';
import { databaseError } from './database.js';
import type { Logger } from './logger.js';
import { RecurringSweep } from './recurring-sweep.js';

/** Rows that one statement takes away: it holds its locks for some milliseconds. */
const PAGE = 5000;

/** Which rows of which table are kept how long. Names are the program's own: they stand in statements as they are. */
export interface AgedRows {
  /** `schema.table`. */
  readonly name: string;
  /** Column of a time, or of a day. */
  readonly agedBy: string;
  /** In milliseconds. */
  readonly retentionMs: number;
}

/** Keeps a table from growing for ever: what is older than its retention goes, a page at a time. Any process of the cell may do it. */
export class BoundedTable extends RecurringSweep {
  constructor(
    private readonly rows: AgedRows,
    private readonly database: pg.Pool,
    logger: Logger,
    everyMs?: number,
  ) {
    super(logger, `rows of ${rows.name} that are old stay for another while`, everyMs);
  }

  /** Takes away what is old; returns how many rows that were. Throws `database-unavailable`. */
  async sweep(): Promise<number> {
    const { name, agedBy, retentionMs } = this.rows;
    let gone = 0;
    try {
      for (let page = PAGE; page === PAGE && !this.isStopped; gone += page) {
        const { rowCount } = await this.database.query(
          `DELETE FROM ${name} WHERE ctid = ANY (ARRAY(
             SELECT ctid FROM ${name} WHERE ${agedBy} < now() - $1 * interval '1 millisecond' LIMIT ${PAGE}))`,
          [retentionMs],
        );
        page = rowCount ?? 0;
      }
    } catch (thrown) {
      throw databaseError(thrown);
    }
    return gone;
  }
}
