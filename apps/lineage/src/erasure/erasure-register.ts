import type { Fact } from '@bailiwick/contracts';
import { BailiwickError } from '@bailiwick/platform';
import { z } from 'zod';
import { factOf } from '../log/log-entry.js';
import type { ReadScope } from '../scope/read-scope.js';
import type { ScopedReads } from '../scope/scoped-reads.js';

/** Which erasures. */
export const ErasureFilter = z.strictObject({
  tenant: z.string().min(1).optional(),
  /** Pseudonym of a data subject. */
  subject: z.string().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(50),
});
export type ErasureFilter = z.infer<typeof ErasureFilter>;

/** One erasure, as the fact of it says. Nothing of it is personal data. */
export const Erasure = z
  .object({
    eventId: z.string().describe('Id of the request, and of the event in the log.'),
    tenant: z.string(),
    subject: z.string().nullable().describe('Pseudonym of the data subject; null for the whole tenant.'),
    reason: z.string(),
    at: z.string().describe('When the fact of it was written.'),
    region: z.string(),
    keys: z.int(),
    pseudonyms: z.int(),
    certificate: z.string().describe('Compact JWS of the service that erased.'),
  })
  .meta({ id: 'Erasure' });
export type Erasure = Readonly<z.infer<typeof Erasure>>;

interface Row {
  readonly entry: Uint8Array | null;
  readonly body: Uint8Array | null;
}

/** Erasures of a cell, read from their facts. Throws `database-unavailable`. */
export class ErasureRegister {
  constructor(private readonly reads: ScopedReads) {}

  /** Newest first, each request once. */
  async list(scope: ReadScope, { tenant, subject, limit }: ErasureFilter): Promise<readonly Erasure[]> {
    const found = await this.#rows(
      scope,
      `SELECT entry, body FROM (
         SELECT DISTINCT ON (event_id) event_id, entry, body, at FROM lineage.fact
         WHERE kind = 'erased' AND ($1::text IS NULL OR tenant = $1) ORDER BY event_id, at
       ) AS first ORDER BY at DESC, event_id`,
      [tenant ?? null],
    );
    return found
      .map((row) => erasureOf(factOf(row)))
      .filter((erasure) => subject === undefined || erasure.subject === subject)
      .slice(0, limit);
  }

  /** The erasure that was asked for under this id. Throws `erasure-unknown`. */
  async get(scope: ReadScope, eventId: string): Promise<Erasure> {
    const [row] = await this.#rows(
      scope,
      `SELECT entry, body FROM lineage.fact WHERE event_id = $1 AND kind = 'erased' ORDER BY at LIMIT 1`,
      [eventId],
    );
    if (!row) throw new BailiwickError('erasure-unknown', 'nothing was erased here under this id');
    return erasureOf(factOf(row));
  }

  #rows(scope: ReadScope, sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
    return this.reads.read(scope, (rows) => rows<Row>(sql, values));
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
