import type { ReadScope } from '../scope/read-scope.js';
import type { Rows, ScopedReads } from '../scope/scoped-reads.js';

/** A checkpoint that was published, with the cosignatures that it had. */
export interface PublishedCheckpoint {
  readonly size: number;
  readonly note: string;
}

/** What the log holds of one event, and was published of it. */
export interface LoggedRecord {
  /** In the order of the log; none for an event that nobody logged, or that is out of the scope. */
  readonly entries: readonly { readonly index: number; readonly entry: Uint8Array }[];
  /** The first kept checkpoint that covers them all; null while there is none. */
  readonly covering: PublishedCheckpoint | null;
  /** The last kept checkpoint from before the first of them. */
  readonly older: PublishedCheckpoint | null;
}

/** Reads what evidence is made from. */
export class LoggedRecords {
  constructor(private readonly reads: ScopedReads) {}

  /** Throws `database-unavailable`. */
  ofEvent(scope: ReadScope, eventId: string): Promise<LoggedRecord> {
    return this.reads.read(scope, async (rows) => {
      const found = await rows<{ log_index: string; entry: Buffer }>(
        `SELECT log_index, entry FROM lineage.fact
         WHERE event_id = $1 AND log_index IS NOT NULL ORDER BY log_index`,
        [eventId],
      );
      const entries = found.map(({ log_index, entry }) => ({ index: Number(log_index), entry }));
      const [first, last] = [entries[0], entries.at(-1)];
      if (!first || !last) return { entries, covering: null, older: null };
      return {
        entries,
        covering: await checkpoint(rows, 'size >= $1 ORDER BY size', last.index + 1),
        older: await checkpoint(rows, 'size <= $1 ORDER BY size DESC', first.index),
      };
    });
  }
}

async function checkpoint(rows: Rows, which: string, size: number): Promise<PublishedCheckpoint | null> {
  const [row] = await rows<{ size: string; note: string }>(
    `SELECT size, note FROM lineage.checkpoint WHERE ${which} LIMIT 1`,
    [size],
  );
  return row ? { size: Number(row.size), note: row.note } : null;
}
