import { z } from 'zod';
import { PageCursor, pageOf } from '../read/page-cursor.js';
import type { ReadScope } from '../scope/read-scope.js';
import type { ScopedReads } from '../scope/scoped-reads.js';

/** Of whom, and of which time, the register is asked. A tenant is always named: there is no view across tenants. */
export const TransferPeriod = z.strictObject({
  tenant: z
    .string()
    .min(1)
    .max(64)
    .describe('Who shows a token may leave it out: it is the tenant of the token.'),
  /** Included. */
  from: z.iso.datetime().optional(),
  /** Not included. */
  to: z.iso.datetime().optional(),
});
export type TransferPeriod = z.infer<typeof TransferPeriod>;

/** One page of the register. */
export const TransferFilter = TransferPeriod.extend({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  after: PageCursor.optional(),
});
export type TransferFilter = z.infer<typeof TransferFilter>;

const text = z.string();
const Direction = z.enum(['out', 'in']).describe('`out`: it left this cell; `in`: it came in.');

/** One record that crossed to another jurisdiction. Nothing of it is personal data. */
export const Transfer = z
  .object({
    factId: text,
    eventId: text,
    tenant: text,
    purpose: text,
    object: text,
    subject: text,
    at: text,
    direction: Direction,
    fromJurisdiction: text,
    toJurisdiction: text,
    pool: text,
    basis: text.describe('Transfer basis (GDPR 45-49).'),
    profileVersion: z.int(),
    fields: z
      .array(text)
      .readonly()
      .describe('Names of the fields that crossed, as the home cell saw them; empty where they came in.'),
    receipt: text.describe('Decision receipt, a compact JWS.'),
  })
  .meta({ id: 'Transfer' });
export type Transfer = Readonly<z.infer<typeof Transfer>>;

/** What crossed to one jurisdiction on one basis in a period. */
export const TransferTotal = z
  .object({
    direction: Direction,
    fromJurisdiction: text,
    toJurisdiction: text,
    basis: text,
    transfers: z.int(),
    subjects: z.int().describe('Data subjects, each counted once.'),
    fields: z.array(text).readonly().describe('Different fields, sorted.'),
    first: text,
    last: text,
  })
  .meta({ id: 'TransferTotal' });
export type TransferTotal = Readonly<z.infer<typeof TransferTotal>>;

const PERIOD = `tenant = $1 AND ($2::timestamptz IS NULL OR at >= $2) AND ($3::timestamptz IS NULL OR at < $3)`;
const periodOf = ({ tenant, from, to }: TransferPeriod): readonly unknown[] => [
  tenant,
  from ?? null,
  to ?? null,
];

type TransferRow = Omit<Transfer, 'at'> & { readonly time: Date } & PageCursor;

type Row<T, Dates extends keyof T> = Omit<T, Dates> & Readonly<Record<Dates, Date>>;

function transferOf(row: TransferRow): Transfer {
  const { at: _, id: __, time, ...rest } = row;
  return { ...rest, at: time.toISOString() };
}

/** The transfer register of a cell, read. Throws `database-unavailable`. */
export class TransferRegister {
  constructor(private readonly reads: ScopedReads) {}

  /** Newest first; `next` goes on where the page ends, null at the end. */
  async list(
    scope: ReadScope,
    filter: TransferFilter,
  ): Promise<{ transfers: readonly Transfer[]; next: string | null }> {
    const rows = await this.#rows<TransferRow>(
      scope,
      `SELECT fact_id AS "factId", event_id AS "eventId", tenant, purpose, object, subject, at AS time, at::text, fact_id AS id, direction,
         from_jurisdiction AS "fromJurisdiction", to_jurisdiction AS "toJurisdiction", pool, basis,
         profile_version AS "profileVersion", fields, receipt
       FROM lineage.transfer
       WHERE ${PERIOD} AND ($4::timestamptz IS NULL OR (transfer.at, fact_id) < ($4, $5))
       ORDER BY transfer.at DESC, fact_id DESC LIMIT $6`,
      [...periodOf(filter), filter.after?.at ?? null, filter.after?.id ?? '', filter.limit + 1],
    );
    const { items, next } = pageOf(rows, filter.limit, transferOf);
    return { transfers: items, next };
  }

  /** Totals of a period, by direction, jurisdictions and basis. */
  async totals(scope: ReadScope, period: TransferPeriod): Promise<readonly TransferTotal[]> {
    const rows = await this.#rows<Row<TransferTotal, 'first' | 'last'>>(
      scope,
      `SELECT direction, from_jurisdiction AS "fromJurisdiction", to_jurisdiction AS "toJurisdiction", basis,
         count(*)::int AS transfers, count(DISTINCT (object, subject))::int AS subjects,
         ARRAY(SELECT DISTINCT field FROM unnest(string_to_array(string_agg(array_to_string(fields, E'\\n'), E'\\n'), E'\\n'))
           AS field WHERE field <> '' ORDER BY field) AS fields,
         min(at) AS first, max(at) AS last
       FROM lineage.transfer WHERE ${PERIOD}
       GROUP BY direction, from_jurisdiction, to_jurisdiction, basis
       ORDER BY direction, to_jurisdiction, basis`,
      periodOf(period),
    );
    return rows.map(({ first, last, ...rest }) => ({
      ...rest,
      first: first.toISOString(),
      last: last.toISOString(),
    }));
  }

  #rows<T extends object>(scope: ReadScope, sql: string, values: readonly unknown[]): Promise<readonly T[]> {
    return this.reads.read(scope, (rows) => rows<T>(sql, values));
  }
}
