import type { Fact } from '@bailiwick/contracts';
import { databaseError } from '@bailiwick/platform';
import type { Pool } from 'pg';
import { factOf } from '../log/log-entry.js';
import { ASIDE, regionSentTo } from './open-step.js';

/** A record that has not come to an end, with the last fact that moved it. */
export interface OpenRecord {
  readonly last: Fact;
  /** Partition in which all of its messages lie, in each topic: they have one key. */
  readonly partition: number;
  /** Whether it is at home in this cell. */
  readonly isHome: boolean;
}

/** Open records, and where the next ones begin; null when there are no more. */
export interface OpenPage {
  readonly records: readonly OpenRecord[];
  readonly next: OpenCursor | null;
}

/** A place among the open records of an outcome, from the oldest on. */
export interface OpenCursor {
  readonly listedAt: string;
  readonly eventId: string;
}

/** Outcomes of records that may be on their way: one that waits for room, or was released, is held by its summary. */
export const OPEN_OUTCOMES = ['in-flight', 'held'] as const;

interface Row {
  readonly event_id: string;
  readonly entry: Buffer | null;
  readonly body: Buffer | null;
  readonly partition: number;
  readonly is_home: boolean;
}

/**
 * The last step of each of some `event`s by the order of the fact topic, which is that of the steps; no clock has a say. A producer may send a record
 * again at any time, so its receipt is the last step only while it is the only one. Facts in several partitions, after the number of them
 * has changed, have no order.
 */
const LAST_STEP = `CROSS JOIN LATERAL (
    SELECT entry, body, log_index, partition FROM lineage.fact
    WHERE event_id = event.event_id AND NOT kind = ANY($1)
    ORDER BY kind = 'received', seq DESC LIMIT 1) last
  WHERE last.log_index < $2 AND NOT EXISTS (
    SELECT FROM lineage.fact elsewhere WHERE elsewhere.event_id = event.event_id AND elsewhere.partition <> last.partition)`;

/** Reads what the database of the cell says of records that are not at their end. Throws `database-unavailable`. */
export class OpenRecords {
  constructor(private readonly database: Pool) {}

  /** Records without an end whose last step is an entry of the log from one index until before another. */
  async between(first: number, end: number): Promise<readonly OpenRecord[]> {
    const rows = await this.#rows<Row>(
      `SELECT event.event_id, last.entry, last.body, last.partition, event.received_at IS NOT NULL AS is_home
       FROM (SELECT event.event_id, event.received_at FROM lineage.event event
         JOIN (SELECT DISTINCT event_id FROM lineage.fact WHERE log_index >= $3 AND log_index < $2) moved USING (event_id)
         WHERE event.outcome <> 'answered') event
       ${LAST_STEP}`,
      [[...ASIDE], end, first],
    );
    return rows.map(openRecord);
  }

  /** The next records of an outcome, oldest first, whose last step is an entry of the log before an index. */
  async page(
    outcome: (typeof OPEN_OUTCOMES)[number],
    after: OpenCursor | null,
    end: number,
    limit: number,
  ): Promise<OpenPage> {
    const events = await this.#rows<{ event_id: string; listed_at: string }>(
      `SELECT event_id, listed_at::text FROM lineage.event
       WHERE outcome = $1 AND listed_at >= $2 AND (listed_at, event_id) > ($2, $3)
       ORDER BY lineage.event.listed_at, event_id LIMIT $4`,
      [outcome, after?.listedAt ?? '-infinity', after?.eventId ?? '', limit],
    );
    const rows = await this.#rows<Row>(
      `SELECT event.event_id, last.entry, last.body, last.partition, event.received_at IS NOT NULL AS is_home
       FROM (SELECT event_id, received_at FROM lineage.event WHERE event_id = ANY($3)) event
       ${LAST_STEP}`,
      [[...ASIDE], end, events.map(({ event_id }) => event_id)],
    );
    const last = events.length < limit ? undefined : events.at(-1);
    const next = last ? { listedAt: last.listed_at, eventId: last.event_id } : null;
    return { records: rows.map(openRecord), next };
  }

  /** How often the records of these events were sent over the border to a region. */
  async sentTo(region: string, eventIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#rows<{ event_id: string; entry: Buffer | null; body: Buffer | null }>(
      `SELECT event_id, entry, body FROM lineage.fact WHERE event_id = ANY($1) AND kind = 'relayed'`,
      [eventIds],
    );
    const sent = new Map<string, number>();
    for (const { event_id: event, ...row } of rows)
      if (regionSentTo(factOf(row)) === region) sent.set(event, (sent.get(event) ?? 0) + 1);
    return sent;
  }

  /** Those of these violations that are recorded. */
  async recorded(violationIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.#rows<{ violation_id: string }>(
      'SELECT violation_id FROM lineage.violation WHERE violation_id = ANY($1)',
      [violationIds],
    );
    return new Set(rows.map(({ violation_id }) => violation_id));
  }

  /** Entries of the log whose records are accounted for. */
  async swept(): Promise<number> {
    const [row] = await this.#rows<{ swept: string }>('SELECT swept FROM lineage.log', []);
    return Number(row?.swept ?? 0);
  }

  /** Keeps how far the accounting has come. */
  async keepSwept(size: number): Promise<void> {
    await this.#rows('UPDATE lineage.log SET swept = greatest(swept, $1)', [size]);
  }

  async #rows<Row extends object>(sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
    try {
      return (await this.database.query<Row>(sql, [...values])).rows;
    } catch (thrown) {
      throw databaseError(thrown);
    }
  }
}

const openRecord = ({ partition, is_home, ...row }: Row): OpenRecord => ({
  last: factOf(row),
  partition,
  isHome: is_home,
});
