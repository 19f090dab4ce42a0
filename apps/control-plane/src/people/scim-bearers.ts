import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { BailiwickError } from '@bailiwick/platform';
import { audit } from '../audit/audit.js';
import type { Db } from '../db.js';
import { MESH } from '../terms/thing.js';
import { hasRole, requireRole, type Caller, type NotThere } from './caller.js';

/** A bearer with which one tenant's directory provisions people; the bearer itself is shown once. */
export interface ScimBearer {
  readonly id: string;
  /** Tenant, or `MESH`. */
  readonly scope: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
}

interface Row {
  readonly bearer_id: string;
  readonly scope: string;
  readonly created_by: string;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly revoked_at: Date | null;
}

const NO_BEARER: NotThere = { code: 'thing-unknown', detail: 'there is no SCIM bearer of this id' };

const bearerOf = (row: Row): ScimBearer => ({
  id: row.bearer_id,
  scope: row.scope,
  createdBy: row.created_by,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
});

const digestOf = (bearer: string): string => createHash('sha256').update(bearer).digest('hex');

/** Makes a bearer. A tenant that has no people yet gets its first one from the mesh's security. */
export async function issueBearer(
  db: Db,
  caller: Caller,
  scope: string,
  days: number,
): Promise<ScimBearer & { readonly bearer: string }> {
  if (!hasRole(caller, scope, 'security'))
    requireRole(caller, (await hasPeople(db, scope)) ? scope : MESH, 'security');
  const bearer = `scim_${randomBytes(32).toString('base64url')}`;
  const id = randomUUID();
  const { rows } = await db.query<Row>(
    `INSERT INTO control.scim_bearer (bearer_id, scope, digest, created_by, expires_at)
     VALUES ($1, $2, $3, $4, now() + $5 * interval '1 day') RETURNING *`,
    [id, scope, digestOf(bearer), caller.subject, days],
  );
  await audit(db, { scope, subject: caller.subject, act: 'scim-bearer.issue', target: id });
  const [row] = rows;
  if (!row) throw new BailiwickError('internal', 'the bearer was not kept');
  return { ...bearerOf(row), bearer };
}

/** Bearers of a scope, newest first. */
export async function listBearers(db: Db, caller: Caller, scope: string): Promise<readonly ScimBearer[]> {
  requireRole(caller, scope, 'security');
  const { rows } = await db.query<Row>(
    'SELECT * FROM control.scim_bearer WHERE scope = $1 ORDER BY created_at DESC LIMIT 200',
    [scope],
  );
  return rows.map(bearerOf);
}

/** Ends a bearer now. */
export async function revokeBearer(db: Db, caller: Caller, id: string): Promise<ScimBearer> {
  const { rows } = await db.query<Row>('SELECT * FROM control.scim_bearer WHERE bearer_id = $1', [id]);
  const [found] = rows;
  if (!found) throw new BailiwickError(NO_BEARER.code, NO_BEARER.detail);
  requireRole(caller, found.scope, 'security', NO_BEARER);
  await db.query(
    'UPDATE control.scim_bearer SET revoked_at = coalesce(revoked_at, now()) WHERE bearer_id = $1',
    [id],
  );
  await audit(db, { scope: found.scope, subject: caller.subject, act: 'scim-bearer.revoke', target: id });
  return { ...bearerOf(found), revokedAt: found.revoked_at ?? new Date() };
}

/** Scope of a bearer that holds now; undefined for every other text. */
export async function scopeOfBearer(
  db: Db,
  bearer: string,
): Promise<{ id: string; scope: string } | undefined> {
  const { rows } = await db.query<{ bearer_id: string; scope: string }>(
    'SELECT bearer_id, scope FROM control.scim_bearer WHERE digest = $1 AND revoked_at IS NULL AND expires_at > now()',
    [digestOf(bearer)],
  );
  return rows[0] && { id: rows[0].bearer_id, scope: rows[0].scope };
}

async function hasPeople(db: Db, scope: string): Promise<boolean> {
  const { rows } = await db.query('SELECT 1 FROM control.person WHERE scope = $1 LIMIT 1', [scope]);
  return rows.length > 0;
}
