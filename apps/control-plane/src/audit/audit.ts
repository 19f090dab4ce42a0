import type { ErrorCode } from '@bailiwick/platform';
import type { Db } from '../db.js';

/** One line of the audit: who did what to which thing. Never content of a record. */
export interface AuditLine {
  /** Tenant, or `MESH`. */
  readonly scope: string;
  readonly subject: string;
  /** For example `change.approve`. */
  readonly act: string;
  /** What it was done to, for example a change's id. */
  readonly target: string;
  /** A sentence or a reason that a person gave. */
  readonly detail?: string;
}

/** Adds a line, in the transaction of what it is about. */
export async function audit(db: Db, { scope, subject, act, target, detail = '' }: AuditLine): Promise<void> {
  await db.query(
    'INSERT INTO control.audit (scope, subject, act, target, detail) VALUES ($1, $2, $3, $4, $5)',
    [scope, subject, act, target, detail],
  );
}

/** A violation that a cell's lineage is to know. */
export interface Reported {
  /** The same attempt has the same id, and is recorded once. */
  readonly id: string;
  readonly regions: readonly string[];
  /** Tenant that it is about; empty when none. */
  readonly tenant: string;
  readonly code: ErrorCode;
  /** A sentence that names no person. */
  readonly detail: string;
}

/** Records a violation in the transaction of what it is about; it reaches the cells soon after. */
export async function report(db: Db, { id, regions, tenant, code, detail }: Reported): Promise<void> {
  await db.query(
    `INSERT INTO control.violation (violation_id, region, tenant, code, detail)
     SELECT $1, region, $3, $4, $5 FROM unnest($2::text[]) AS region ON CONFLICT DO NOTHING`,
    [id, regions, tenant, code, detail],
  );
}
