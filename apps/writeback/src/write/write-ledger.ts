import type { WriteFact } from '@bailiwick/contracts';
import type { Coordinates } from '@bailiwick/kafka';
import { BailiwickError, coalesce, databaseError, migrate } from '@bailiwick/platform';
import type pg from 'pg';
import { z } from 'zod';

/** Forward-only; the order is the version. */
const MIGRATIONS = [
  `CREATE TABLE writeback.ledger (
     event_id text PRIMARY KEY,
     -- Delivery that owns the write.
     topic text NOT NULL,
     partition integer NOT NULL,
     record_offset bigint NOT NULL,
     -- What was written, by names; null while it is not known whether the CRM has it.
     written jsonb,
     changed_at timestamptz NOT NULL DEFAULT now()
   );
   CREATE INDEX ledger_changed_at ON writeback.ledger (changed_at);`,
  // Whether the answer was held because others had changed the record.
  `ALTER TABLE writeback.ledger ADD COLUMN conflicted boolean NOT NULL DEFAULT false;`,
  // The record of an answer that waits on the topic of postponed ones; null for every other.
  `ALTER TABLE writeback.ledger ADD COLUMN postponed text;
   CREATE INDEX ledger_postponed ON writeback.ledger (postponed) WHERE postponed IS NOT NULL;`,
];

const Written = z.object({
  target: z.string(),
  object: z.string(),
  fields: z.array(z.string()),
  restored: z.int(),
  // Empty in rows that are older than leases.
  lease: z.string().default(''),
  audience: z.string().default(''),
});

/** What the ledger says about a delivery. */
export type Claim =
  /**
   * Write: for the first time, or again with the same idempotency key because the last attempt's end is unknown. `conflicted` when
   * it met a conflict before; `behind` when an earlier answer about the same record is postponed.
   */
  | { readonly kind: 'write'; readonly conflicted: boolean; readonly behind: boolean }
  /** This very delivery has been written; only its commit is missing. */
  | { readonly kind: 'written'; readonly write: WriteFact }
  /** Another delivery of the event has been written. */
  | { readonly kind: 'duplicate' };

/** One delivery of a result. */
export interface Delivery {
  readonly eventId: string;
  readonly at: Coordinates;
}

/** An answer, and the record that it is about, by a pseudonym. */
export interface AnswerAbout {
  readonly eventId: string;
  readonly about: string;
}

interface Row {
  readonly event_id: string;
  readonly topic: string;
  readonly partition: number;
  readonly record_offset: string;
  readonly written: unknown;
  readonly conflicted: boolean;
  readonly behind: boolean;
}

/**
 * Remembers which delivery of an event was written to the CRM, because that effect is outside Kafka. Claim, write
 * with the event id as idempotency key, mark as written, commit: a crash between any two of them repeats the rest.
 * Calls that come together share a round trip. Throws `database-unavailable` when the database does not answer.
 */
export class WriteLedger {
  readonly #pool: pg.Pool;

  private constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Brings the schema `writeback` up to date. */
  static async open(pool: pg.Pool): Promise<WriteLedger> {
    await migrate(pool, 'writeback', MIGRATIONS);
    return new WriteLedger(pool);
  }

  /** Claims the write of an event for a delivery. */
  readonly claim = coalesce<Delivery & AnswerAbout, Claim>(async (deliveries) => {
    const rows = await this.#query<Row>(
      `WITH asked AS (
         SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::text[])
           AS a (event_id, topic, partition, record_offset, about)
       ), claimed AS (
         INSERT INTO writeback.ledger (event_id, topic, partition, record_offset)
         SELECT event_id, topic, partition, record_offset FROM asked ORDER BY event_id
         ON CONFLICT DO NOTHING RETURNING *
       ), known AS (
         SELECT event_id, topic, partition, record_offset, written, conflicted FROM claimed
         UNION ALL
         SELECT l.event_id, l.topic, l.partition, l.record_offset, l.written, l.conflicted
         FROM writeback.ledger l JOIN asked USING (event_id)
       )
       SELECT known.*, EXISTS (
         SELECT 1 FROM writeback.ledger p WHERE p.postponed = asked.about AND p.event_id <> asked.event_id
       ) AS behind
       FROM known JOIN asked USING (event_id)`,
      [...columns(deliveries), deliveries.map(({ about }) => about)],
    );
    const byEvent = new Map(rows.map((row) => [row.event_id, row]));
    return deliveries.map(({ eventId, at }) => {
      const row = byEvent.get(eventId);
      // Inserted by another process after this statement began: the next attempt sees it.
      if (!row) throw new BailiwickError('database-unavailable', 'the event is being claimed elsewhere');
      return claimOf(row, at);
    });
  });

  /** Marks the write of an event as done for a delivery; the first mark stays. */
  readonly written = coalesce<Delivery & { readonly write: WriteFact }, void>(async (deliveries) => {
    await this.#query(
      `UPDATE writeback.ledger AS l
       SET topic = d.topic, partition = d.partition, record_offset = d.record_offset, written = d.written,
           postponed = NULL, changed_at = now()
       FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::jsonb[])
         AS d (event_id, topic, partition, record_offset, written)
       WHERE l.event_id = d.event_id AND l.written IS NULL`,
      [...columns(deliveries), deliveries.map(({ write }) => JSON.stringify(write))],
    );
    return deliveries.map(() => undefined);
  });

  /** Remembers that the write of an event met a conflict, so that its release is known for a decision on it. */
  readonly conflicted = coalesce<string, void>(async (eventIds) => {
    await this.#query(`UPDATE writeback.ledger SET conflicted = true WHERE event_id = ANY($1::text[])`, [
      eventIds,
    ]);
    return eventIds.map(() => undefined);
  });

  /** Remembers that an answer is postponed: those about the same record that come later have to wait behind it. */
  readonly postponed = coalesce<AnswerAbout, void>(async (answers) => {
    await this.#query(
      `UPDATE writeback.ledger AS l SET postponed = a.about, changed_at = now()
       FROM unnest($1::text[], $2::text[]) AS a (event_id, about) WHERE l.event_id = a.event_id AND l.written IS NULL`,
      [answers.map(({ eventId }) => eventId), answers.map(({ about }) => about)],
    );
    return answers.map(() => undefined);
  });

  /** An answer is postponed no more, whatever became of it. */
  readonly resumed = coalesce<string, void>(async (eventIds) => {
    await this.#query(
      `UPDATE writeback.ledger SET postponed = NULL WHERE event_id = ANY($1::text[]) AND postponed IS NOT NULL`,
      [eventIds],
    );
    return eventIds.map(() => undefined);
  });

  async #query<R extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<readonly R[]> {
    try {
      return (await this.#pool.query<R>(text, [...values])).rows;
    } catch (thrown) {
      throw databaseError(thrown);
    }
  }
}

const columns = (deliveries: readonly Delivery[]): readonly unknown[] => [
  deliveries.map(({ eventId }) => eventId),
  deliveries.map(({ at }) => at.topic),
  deliveries.map(({ at }) => at.partition),
  deliveries.map(({ at }) => at.offset.toString()),
];

/** A write whose end is unknown is taken over by whichever delivery asks: the CRM's idempotency key makes it one. */
function claimOf(
  { topic, partition, record_offset, written, conflicted, behind }: Row,
  at: Coordinates,
): Claim {
  if (written === null) return { kind: 'write', conflicted, behind };
  const own = topic === at.topic && partition === at.partition && BigInt(record_offset) === at.offset;
  return own ? { kind: 'written', write: Written.parse(written) } : { kind: 'duplicate' };
}
