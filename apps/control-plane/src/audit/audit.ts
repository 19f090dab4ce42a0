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
