import type { Fact, Violation } from '@bailiwick/contracts';
import { BailiwickError, databaseError } from '@bailiwick/platform';
import type { Pool } from 'pg';
import { z } from 'zod';
import { factOf } from '../log/log-entry.js';
import { EventOutcome, Summary } from '../record/summary.js';
import { PageCursor, pageOf, type Page } from './page-cursor.js';

/** Which events are listed. */
export const EventFilter = z.strictObject({
  tenant: z.string().min(1).max(64).optional(),
  outcome: EventOutcome.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  /** Cursor of the page before. */
  after: PageCursor.optional(),
});
export type EventFilter = z.infer<typeof EventFilter>;

/** Which violations are listed. */
export const ViolationFilter = EventFilter.pick({ limit: true });
export type ViolationFilter = z.infer<typeof ViolationFilter>;

/** What lineage knows of one event. */
export interface RecordHistory {
  readonly summary: Summary;
  /** In the order in which they happened. */
  readonly facts: readonly Fact[];
  readonly violations: readonly Violation[];
}

interface ViolationRow {
  readonly violation_id: string;
  readonly event_id: string;
  readonly tenant: string;
  readonly code: string;
  readonly service: string;
  readonly region: string;
  readonly jurisdiction: string;
  readonly at: Date;
  readonly trace_id: string;
  readonly detail: string;
}

const violationOf = ({ violation_id, event_id, trace_id, ...row }: ViolationRow): Violation => ({
  ...row,
  violationId: violation_id,
  eventId: event_id,
  traceId: trace_id,
});

/** Reads what lineage has recorded. Every method throws `database-unavailable` when it cannot. */
export class RecordStore {
  constructor(private readonly database: Pool) {}

  /** Throws `record-unknown` when no fact of the event has arrived in this cell. */
  async record(eventId: string): Promise<RecordHistory> {
    const [events, facts, violations] = await Promise.all([
      this.#rows<{ summary: unknown }>('SELECT summary FROM lineage.event WHERE event_id = $1', [eventId]),
      this.#rows<{ entry: Buffer | null; body: Buffer | null }>(
        'SELECT entry, body FROM lineage.fact WHERE event_id = $1 ORDER BY at, seq',
        [eventId],
      ),
      this.#rows<ViolationRow>('SELECT * FROM lineage.violation WHERE event_id = $1 ORDER BY at', [eventId]),
    ]);
    const [event] = events;
    if (!event) throw new BailiwickError('record-unknown', 'lineage of this cell knows no event of this id');
    return {
      summary: Summary.parse(event.summary),
      facts: facts.map(factOf),
      violations: violations.map(violationOf),
    };
  }

  /** Newest first. */
  async events({ tenant, outcome, limit, after }: EventFilter): Promise<Page<Summary>> {
    const rows = await this.#rows<{ summary: unknown } & PageCursor>(
      `SELECT summary, listed_at::text AS at, event_id AS id FROM lineage.event
       WHERE ($1::text IS NULL OR tenant = $1) AND ($2::text IS NULL OR outcome = $2)
         AND ($3::timestamptz IS NULL OR (listed_at, event_id) < ($3, $4))
       ORDER BY listed_at DESC, event_id DESC LIMIT $5`,
      [tenant ?? null, outcome ?? null, after?.at ?? null, after?.id ?? '', limit + 1],
    );
    return pageOf(rows, limit, ({ summary }) => Summary.parse(summary));
  }

  /** Newest first. */
  async violations({ limit }: ViolationFilter): Promise<readonly Violation[]> {
    const rows = await this.#rows<ViolationRow>('SELECT * FROM lineage.violation ORDER BY at DESC LIMIT $1', [
      limit,
    ]);
    return rows.map(violationOf);
  }

  async #rows<Row extends object>(sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
    try {
      return (await this.database.query<Row>(sql, [...values])).rows;
    } catch (thrown) {
      throw databaseError(thrown);
    }
  }
}
