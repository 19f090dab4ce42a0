import type { Fact } from '@bailiwick/contracts';
import { BailiwickError, databaseError, inTransaction } from '@bailiwick/platform';
import { Frontier, leafHash, type RightEdge } from '@bailiwick/tlog';
import type { Pool, PoolClient } from 'pg';
import { logFact, type LoggedFact } from './log-entry.js';
import { RecentEntries, type Leaf } from './recent-entries.js';

/** Checkpoints younger than this are all kept; of older ones the last of each minute. */
const KEPT_WHOLE = '1 hour';

/** A fact as it was appended. */
export interface Appended extends LoggedFact, Leaf {
  readonly index: number;
}

/** Entries in their order. */
export interface Entries {
  readonly entries: readonly Uint8Array[];
  /** Their leaf hashes, where they are known. */
  readonly hashes: readonly Uint8Array[] | undefined;
}

/** The transparency log as the cell's database holds it: its head, its entries, and what was published of it. */
export class LogLedger {
  readonly #recent = new RecentEntries();

  constructor(
    private readonly database: Pool,
    /** Name of the log, which no other log has. */
    private readonly origin: string,
  ) {}

  /** Begins the log when the database holds none. Throws `internal` when it holds another. */
  async open(): Promise<void> {
    await this.#rows(
      `INSERT INTO lineage.log (origin, frontier, logged_at)
       SELECT $1, $2, to_timestamp(0) WHERE NOT EXISTS (SELECT FROM lineage.log)`,
      [this.origin, Frontier.EMPTY.toBytes()],
    );
    const [head] = await this.#rows<{ origin: string }>('SELECT origin FROM lineage.log', []);
    if (head?.origin !== this.origin)
      throw new BailiwickError(
        'internal',
        `the database holds the log of another origin than ${this.origin}`,
      );
  }

  /**
   * Appends facts to the log within the transaction that records them, and gives each its index and entry. Whoever
   * appends holds the head until that transaction ends, so entries are in the order in which they became durable. Tell `committed` when it has.
   */
  async append(client: PoolClient, facts: readonly Fact[]): Promise<readonly Appended[]> {
    const { rows } = await client.query<{ frontier: Buffer; logged_at: Date }>(
      'SELECT frontier, logged_at FROM lineage.log WHERE origin = $1 FOR UPDATE',
      [this.origin],
    );
    const [head] = rows;
    if (!head) throw new BailiwickError('internal', 'the log was not opened');
    const frontier = frontierOf(head.frontier);
    // Times of entries never fall, whatever the clock does: a witness's time beside them shows that it did.
    const loggedAt = new Date(Math.max(Date.now(), head.logged_at.getTime()));
    const logged = facts.map((fact) => logFact(fact, loggedAt));
    const hashes = logged.map(({ entry }) => leafHash(entry));
    const grown = frontier.append(hashes);
    await client.query('UPDATE lineage.log SET frontier = $2, logged_at = $3 WHERE origin = $1', [
      this.origin,
      grown.toBytes(),
      loggedAt,
    ]);
    return logged.map(({ entry, body }, place) => ({
      entry,
      body,
      hash: hashes[place] as Uint8Array,
      index: frontier.size + place,
    }));
  }

  /** What was appended is durable. */
  committed(appended: readonly Appended[]): void {
    const [first] = appended;
    if (first) this.#recent.add(first.index, appended);
  }

  /** The head: size and root of what is durable. */
  async head(): Promise<Frontier> {
    const [head] = await this.#rows<{ frontier: Buffer }>(
      'SELECT frontier FROM lineage.log WHERE origin = $1',
      [this.origin],
    );
    if (!head) throw new BailiwickError('internal', 'the log was not opened');
    return frontierOf(head.frontier);
  }

  /** Entries from an index on, before `end`, which was the size of the log once; about `most` of them. Throws `log-broken` where one is missing. */
  async entries(from: number, end: number, most: number): Promise<Entries> {
    const recent = this.#recent.take(from, end, most);
    if (recent.length > 0)
      return { entries: recent.map(({ entry }) => entry), hashes: recent.map(({ hash }) => hash) };
    const rows = await this.#rows<{ entry: Buffer; log_index: string }>(
      'SELECT log_index, entry FROM lineage.fact WHERE log_index >= $1 AND log_index < $2 ORDER BY log_index',
      [from, Math.min(end, from + most)],
    );
    rows.forEach(({ log_index }, place) => {
      if (Number(log_index) !== from + place)
        throw new BailiwickError(
          'log-broken',
          `entry ${from + place} of the log is not in the database any more`,
        );
    });
    if (rows.length === 0)
      throw new BailiwickError('log-broken', `entry ${from} of the log is not in the database any more`);
    return { entries: rows.map(({ entry }) => entry), hashes: undefined };
  }

  /** Keeps what was published. The same size again changes nothing. */
  async published(size: number, note: string): Promise<void> {
    await this.#rows(
      'INSERT INTO lineage.checkpoint (size, note, signed_at) VALUES ($1, $2, now()) ON CONFLICT DO NOTHING',
      [size, note],
    );
  }

  /** Forgets checkpoints that nobody needs beside their neighbours. */
  async thinOut(): Promise<void> {
    await this.#rows(
      `DELETE FROM lineage.checkpoint old USING lineage.checkpoint next
       WHERE old.signed_at < now() - interval '${KEPT_WHOLE}'
         AND next.size > old.size AND date_trunc('minute', next.signed_at) = date_trunc('minute', old.signed_at)`,
      [],
    );
  }

  /** The right edge at the first entry that is kept: where a folder that was lost begins. */
  async keptEdge(): Promise<RightEdge> {
    const [head] = await this.#rows<{ minimum_index: string; edge: Buffer[] }>(
      'SELECT minimum_index, edge FROM lineage.log WHERE origin = $1',
      [this.origin],
    );
    if (!head) throw new BailiwickError('internal', 'the log was not opened');
    return { size: Number(head.minimum_index), bundle: new Uint8Array(), tiles: head.edge };
  }

  /** Entries that the log had, as was published, so many milliseconds ago, as far as their records are accounted for. */
  async sizeBefore(ms: number): Promise<number> {
    const [row] = await this.#rows<{ size: string | null; swept: string }>(
      `SELECT max(size) AS size, (SELECT swept FROM lineage.log) AS swept FROM lineage.checkpoint
       WHERE signed_at < now() - $1 * interval '1 millisecond'`,
      [ms],
    );
    return Math.min(Number(row?.size ?? 0), Number(row?.swept ?? 0));
  }

  /** Forgets the entries before an edge for good, with their facts and what was published of them alone. */
  async prune({ size, tiles }: RightEdge): Promise<void> {
    await inTransaction(this.database, async (client) => {
      await client.query('DELETE FROM lineage.fact WHERE log_index < $1', [size]);
      await client.query('DELETE FROM lineage.checkpoint WHERE size <= $1', [size]);
      // Last, because whoever appends waits for this row.
      await client.query(
        'UPDATE lineage.log SET minimum_index = $2, edge = $3 WHERE origin = $1 AND minimum_index < $2',
        [this.origin, size, tiles.map((tile) => Buffer.from(tile))],
      );
    });
  }

  async #rows<Row extends object>(sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
    try {
      return (await this.database.query<Row>(sql, [...values])).rows;
    } catch (thrown) {
      throw databaseError(thrown);
    }
  }
}

function frontierOf(bytes: Buffer): Frontier {
  const frontier = Frontier.parse(bytes);
  if (!frontier.ok) throw new BailiwickError('log-broken', 'the head of the log in the database is damaged');
  return frontier.value;
}
