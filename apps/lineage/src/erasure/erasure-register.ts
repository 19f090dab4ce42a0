import type { Fact } from '@bailiwick/contracts';
import { BailiwickError, databaseError } from '@bailiwick/platform';
import type { Pool } from 'pg';
import { z } from 'zod';
import { factOf } from '../log/log-entry.js';

/** Which erasures. */
export const ErasureFilter = z.strictObject({
  tenant: z.string().min(1).optional(),
  /** Pseudonym of a data subject. */
  subject: z.string().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(50),
});
export type ErasureFilter = z.infer<typeof ErasureFilter>;

/** One erasure, as the fact of it says. Nothing of it is personal data. */
export interface Erasure {
  /** Id of the request, and of the event in the log: `bailiwick prove` takes it. */
  readonly eventId: string;
  readonly tenant: string;
  /** Pseudonym of the data subject; null for the whole tenant. */
  readonly subject: string | null;
  readonly reason: string;
  /** When the fact of it was written. */
  readonly at: string;
  readonly region: string;
  readonly keys: number;
  readonly pseudonyms: number;
  /** Compact JWS of the service that erased. */
  readonly certificate: string;
}

interface Row {
  readonly entry: Uint8Array | null;
  readonly body: Uint8Array | null;
}

/** Erasures of a cell, read from their facts. Throws `database-unavailable`. */
export class ErasureRegister {
  constructor(private readonly database: Pool) {}

  /** Newest first, each request once. */
  async list({ tenant, subject, limit }: ErasureFilter): Promise<readonly Erasure[]> {
    const rows = await this.#rows(
      `SELECT entry, body FROM (
         SELECT DISTINCT ON (event_id) event_id, entry, body, at FROM lineage.fact
         WHERE kind = 'erased' AND ($1::text IS NULL OR tenant = $1) ORDER BY event_id, at
       ) AS first ORDER BY at DESC, event_id`,
      [tenant ?? null],
    );
    return rows
      .map((row) => erasureOf(factOf(row)))
      .filter((erasure) => subject === undefined || erasure.subject === subject)
      .slice(0, limit);
  }

  /** The erasure that was asked for under this id. Throws `erasure-unknown`. */
  async get(eventId: string): Promise<Erasure> {
    const [row] = await this.#rows(
      `SELECT entry, body FROM lineage.fact WHERE event_id = $1 AND kind = 'erased' ORDER BY at LIMIT 1`,
      [eventId],
    );
    if (!row) throw new BailiwickError('erasure-unknown', 'nothing was erased here under this id');
    return erasureOf(factOf(row));
  }

  async #rows(sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
    try {
      return (await this.database.query<Row>(sql, [...values])).rows;
    } catch (thrown) {
      throw databaseError(thrown);
    }
  }
}

function erasureOf({ eventId, tenant, subject, reason, at, region, erasure }: Fact): Erasure {
  return {
    eventId,
    tenant,
    subject: subject === '' ? null : subject,
    reason,
    at: (at ?? new Date(0)).toISOString(),
    region,
    keys: erasure?.keys ?? 0,
    pseudonyms: erasure?.pseudonyms ?? 0,
    certificate: erasure?.certificate ?? '',
  };
}
