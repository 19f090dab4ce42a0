import { BailiwickError } from '@bailiwick/platform';
import { audit } from '../audit/audit.js';
import type { Db } from '../db.js';
import { requireBelonging, requireRole, type Caller, type NotThere } from '../people/caller.js';
import { MESH } from '../terms/thing.js';
import type { ConnectionName } from './crm-keys.js';
import { lockConnection, recordAct, standingNow, type ConnectionAct } from './standings.js';

/** A lease as people see it: everything but the credential. */
export interface Lease {
  readonly id: string;
  readonly tenant: string;
  readonly cell: string;
  readonly purpose: string;
  readonly object: string;
  readonly connection: string;
  /** SPIFFE id of the service that has it. */
  readonly client: string;
  /** Record for whose answer it was minted; others of the same purpose and object were written with it too. */
  readonly event: string;
  readonly mintedAt: Date;
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
  readonly endedBy: string | null;
}

interface Row {
  readonly lease_id: string;
  readonly tenant: string;
  readonly cell: string;
  readonly purpose: string;
  readonly object: string;
  readonly connection: string;
  readonly client: string;
  readonly event: string;
  readonly minted_at: Date;
  readonly expires_at: Date;
  readonly ended_at: Date | null;
  readonly ended_by: string | null;
}

const NO_LEASE: NotThere = { code: 'thing-unknown', detail: 'there is no lease of this id' };

const leaseOf = (row: Row): Lease => ({
  id: row.lease_id,
  tenant: row.tenant,
  cell: row.cell,
  purpose: row.purpose,
  object: row.object,
  connection: row.connection,
  client: row.client,
  event: row.event,
  mintedAt: row.minted_at,
  expiresAt: row.expires_at,
  endedAt: row.ended_at,
  endedBy: row.ended_by,
});

/** The newest leases of a tenant. */
export async function listLeases(db: Db, caller: Caller, tenant: string): Promise<readonly Lease[]> {
  requireBelonging(caller, tenant);
  const { rows } = await db.query<Row>(
    'SELECT * FROM control.lease WHERE tenant = $1 ORDER BY minted_at DESC LIMIT 200',
    [tenant],
  );
  return rows.map(leaseOf);
}

/** Ends the leases of one connection, with all that are minted through it; the next write gets a new one. */
export async function endLease(db: Db, caller: Caller, id: string, reason: string): Promise<Lease> {
  const { rows } = await db.query<Row>('SELECT * FROM control.lease WHERE lease_id = $1', [id]);
  const [found] = rows;
  if (!found) throw new BailiwickError(NO_LEASE.code, NO_LEASE.detail);
  requireRole(caller, found.tenant, 'security', NO_LEASE);
  await act(db, caller, found, 'end', reason);
  const after = await db.query<Row>('SELECT * FROM control.lease WHERE lease_id = $1', [id]);
  return leaseOf(after.rows[0] ?? found);
}

/** What is done to a connection: revoked, nothing is minted or written through it until it is restored. */
export async function actOnConnection(
  db: Db,
  caller: Caller,
  name: ConnectionName,
  done: Exclude<ConnectionAct, 'end'>,
  reason: string,
): Promise<{ readonly revoked: boolean; readonly endedBefore: string }> {
  requireRole(caller, name.tenant, 'security');
  await act(db, caller, name, done, reason);
  const standing = await standingNow(db, name);
  return { revoked: standing?.revoked ?? false, endedBefore: standing?.endedBefore ?? '' };
}

async function act(
  db: Db,
  { subject }: Caller,
  { tenant, connection }: ConnectionName,
  done: ConnectionAct,
  reason: string,
): Promise<void> {
  await lockConnection(db, { tenant, connection });
  await recordAct(db, { tenant, connection }, done, subject, reason);
  await audit(db, {
    scope: tenant,
    subject,
    act: `credential.${done}`,
    target: connection,
    detail: reason,
  });
  if (done === 'restore') return;
  await db.query(
    `UPDATE control.lease SET ended_at = clock_timestamp(), ended_by = $3
     WHERE tenant = $1 AND connection = $2 AND ended_at IS NULL AND expires_at > now()`,
    [tenant, connection, subject],
  );
}

/** Revokes a service, or restores it; security of the mesh only. What a revoked one has on loan is ended at the CRMs. */
export async function actOnClient(
  db: Db,
  caller: Caller,
  client: string,
  done: 'revoke' | 'restore',
  reason: string,
): Promise<void> {
  const { subject } = caller;
  requireRole(caller, MESH, 'security');
  await db.query('INSERT INTO control.client_act (client, act, by, reason) VALUES ($1, $2, $3, $4)', [
    client,
    done,
    subject,
    reason,
  ]);
  await audit(db, { scope: MESH, subject, act: `client.${done}`, target: client, detail: reason });
  if (done === 'restore') return;
  const { rows } = await db.query<ConnectionName>(
    `SELECT DISTINCT tenant, connection FROM control.lease
     WHERE client = $1 AND ended_at IS NULL AND expires_at > now() ORDER BY tenant, connection`,
    [client],
  );
  for (const name of rows) await act(db, caller, name, 'end', reason);
}
