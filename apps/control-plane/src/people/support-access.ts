import { randomUUID } from 'node:crypto';
import { BailiwickError } from '@bailiwick/platform';
import { audit } from '../audit/audit.js';
import type { Book } from '../book/book.js';
import type { Db } from '../db.js';
import { MESH } from '../terms/thing.js';
import { NO_TENANT, hasRole, requireBelonging, requireRole, type Caller, type NotThere } from './caller.js';

/** Longest access for support, in minutes: a working day. */
export const LONGEST_SUPPORT_MINUTES = 480;

/** Access for support that an operator asked for: to read what one tenant has, for a time that the tenant grants. */
export interface SupportAccess {
  readonly id: string;
  readonly tenant: string;
  readonly subject: string;
  readonly name: string;
  readonly reason: string;
  readonly minutes: number;
  readonly askedAt: Date;
  readonly grantedBy: string | null;
  readonly grantedUntil: Date | null;
  readonly endedAt: Date | null;
}

interface Row {
  readonly access_id: string;
  readonly tenant: string;
  readonly subject: string;
  readonly name: string;
  readonly reason: string;
  readonly minutes: number;
  readonly asked_at: Date;
  readonly granted_by: string | null;
  readonly granted_until: Date | null;
  readonly ended_at: Date | null;
}

const NO_ACCESS: NotThere = { code: 'thing-unknown', detail: 'there is no support access of this id' };

const accessOf = (row: Row): SupportAccess => ({
  id: row.access_id,
  tenant: row.tenant,
  subject: row.subject,
  name: row.name,
  reason: row.reason,
  minutes: row.minutes,
  askedAt: row.asked_at,
  grantedBy: row.granted_by,
  grantedUntil: row.granted_until,
  endedAt: row.ended_at,
});

/** Asks for access; an operator of the mesh only, and nothing is seen before the tenant grants it. */
export async function askSupport(
  db: Db,
  caller: Caller,
  book: Book,
  { tenant, reason, minutes }: Pick<SupportAccess, 'tenant' | 'reason' | 'minutes'>,
): Promise<SupportAccess> {
  requireRole(caller, MESH, 'operator');
  if (!book.hasTenant(tenant)) throw new BailiwickError(NO_TENANT.code, NO_TENANT.detail);
  const id = randomUUID();
  await db.query(
    `INSERT INTO control.support_access (access_id, tenant, subject, name, reason, minutes) VALUES ($1, $2, $3, $4, $5, $6)`,
    [id, tenant, caller.subject, caller.name, reason, minutes],
  );
  await audit(db, { scope: tenant, subject: caller.subject, act: 'support.ask', target: id, detail: reason });
  return find(db, id);
}

/** Accesses that were asked for at a tenant, newest first. */
export async function listSupport(db: Db, caller: Caller, tenant: string): Promise<readonly SupportAccess[]> {
  requireBelonging(caller, tenant);
  const { rows } = await db.query<Row>(
    'SELECT * FROM control.support_access WHERE tenant = $1 ORDER BY seq DESC LIMIT 200',
    [tenant],
  );
  return rows.map(accessOf);
}

/** Grants an access, from now on for as long as it was asked for. The tenant's authorised person or security only. */
export async function grantSupport(db: Db, caller: Caller, id: string): Promise<SupportAccess> {
  const { tenant, subject, grantedUntil, endedAt } = await find(db, id);
  requireTenant(caller, tenant);
  if (subject === caller.subject)
    throw new BailiwickError('approval-not-permitted', 'who asks for an access cannot grant it');
  if (grantedUntil || endedAt)
    throw new BailiwickError('already-done', 'the access was granted or ended before');
  await db.query(
    `UPDATE control.support_access SET granted_by = $2, granted_until = now() + minutes * interval '1 minute'
     WHERE access_id = $1`,
    [id, caller.subject],
  );
  await audit(db, { scope: tenant, subject: caller.subject, act: 'support.grant', target: id });
  return find(db, id);
}

/** Ends an access now, or refuses it: the tenant, or who asked for it. */
export async function endSupport(db: Db, caller: Caller, id: string): Promise<SupportAccess> {
  const { tenant, subject } = await find(db, id);
  if (subject !== caller.subject) requireTenant(caller, tenant);
  await db.query(
    'UPDATE control.support_access SET ended_at = coalesce(ended_at, now()) WHERE access_id = $1',
    [id],
  );
  await audit(db, { scope: tenant, subject: caller.subject, act: 'support.end', target: id });
  return find(db, id);
}

function requireTenant(caller: Caller, tenant: string): void {
  if (!hasRole(caller, tenant, 'security')) requireRole(caller, tenant, 'authorised-person', NO_ACCESS);
}

async function find(db: Db, id: string): Promise<SupportAccess> {
  const { rows } = await db.query<Row>(
    'SELECT * FROM control.support_access WHERE access_id = $1 FOR UPDATE',
    [id],
  );
  if (!rows[0]) throw new BailiwickError(NO_ACCESS.code, NO_ACCESS.detail);
  return accessOf(rows[0]);
}
