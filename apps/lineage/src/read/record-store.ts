import type { Fact, Violation } from '@bailiwick/contracts';
import { BailiwickError } from '@bailiwick/platform';
import { z } from 'zod';
import { factOf } from '../log/log-entry.js';
import { EventOutcome, Summary } from '../record/summary.js';
import type { ReadScope } from '../scope/read-scope.js';
import type { ScopedReads } from '../scope/scoped-reads.js';
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

/** Reads what lineage has recorded, as far as a scope goes. Every method throws `database-unavailable` when it cannot. */
export class RecordStore {
  constructor(private readonly reads: ScopedReads) {}

  /** Throws `record-unknown` when no fact of the event has arrived in this cell; the same for one that is of somebody else. */
  record(scope: ReadScope, eventId: string): Promise<RecordHistory> {
    return this.reads.read(scope, async (rows) => {
      const [event] = await rows<{ summary: unknown }>(
        'SELECT summary FROM lineage.event WHERE event_id = $1',
        [eventId],
      );
      if (!event)
        throw new BailiwickError('record-unknown', 'lineage of this cell knows no event of this id');
      const facts = await rows<{ entry: Buffer | null; body: Buffer | null }>(
        'SELECT entry, body FROM lineage.fact WHERE event_id = $1 ORDER BY at, seq',
        [eventId],
      );
      const violations = await rows<ViolationRow>(
        'SELECT * FROM lineage.violation WHERE event_id = $1 ORDER BY at',
        [eventId],
      );
      return {
        summary: Summary.parse(event.summary),
        facts: facts.map(factOf),
        violations: violations.map(violationOf),
      };
    });
  }

  /** Newest first. */
  async events(scope: ReadScope, { tenant, outcome, limit, after }: EventFilter): Promise<Page<Summary>> {
    const found = await this.reads.read(scope, (rows) =>
      rows<{ summary: unknown } & PageCursor>(
        `SELECT summary, listed_at::text AS at, event_id AS id FROM lineage.event
         WHERE ($1::text IS NULL OR tenant = $1) AND ($2::text IS NULL OR outcome = $2)
           AND ($3::timestamptz IS NULL OR (listed_at, event_id) < ($3, $4))
         ORDER BY listed_at DESC, event_id DESC LIMIT $5`,
        [tenant ?? null, outcome ?? null, after?.at ?? null, after?.id ?? '', limit + 1],
      ),
    );
    return pageOf(found, limit, ({ summary }) => Summary.parse(summary));
  }

  /** Newest first. */
  async violations(scope: ReadScope, { limit }: ViolationFilter): Promise<readonly Violation[]> {
    const found = await this.reads.read(scope, (rows) =>
      rows<ViolationRow>('SELECT * FROM lineage.violation ORDER BY at DESC LIMIT $1', [limit]),
    );
    return found.map(violationOf);
  }
}
