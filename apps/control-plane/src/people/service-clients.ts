import { BailiwickError } from '@bailiwick/platform';
import { audit } from '../audit/audit.js';
import type { Db } from '../db.js';
import { requireRole, type Caller, type NotThere } from './caller.js';

/** A program that reads what one tenant has, with access tokens of the OpenID provider. */
export interface ServiceClient {
  /** Claim `sub` of its tokens. */
  readonly clientId: string;
  readonly tenant: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

interface Row {
  readonly client_id: string;
  readonly tenant: string;
  readonly created_by: string;
  readonly created_at: Date;
  readonly revoked_at: Date | null;
}

const NO_CLIENT: NotThere = { code: 'thing-unknown', detail: 'the tenant has no service client of this id' };

const clientOf = (row: Row): ServiceClient => ({
  clientId: row.client_id,
  tenant: row.tenant,
  createdBy: row.created_by,
  createdAt: row.created_at,
  revokedAt: row.revoked_at,
});

/** Registers a client of one tenant. Throws `already-done` for an id that is taken, by whomever. */
export async function registerClient(
  db: Db,
  caller: Caller,
  tenant: string,
  clientId: string,
): Promise<ServiceClient> {
  requireRole(caller, tenant, 'security');
  const { rows } = await db.query<Row>(
    'INSERT INTO control.service_client (client_id, tenant, created_by) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING *',
    [clientId, tenant, caller.subject],
  );
  const [row] = rows;
  if (!row) throw new BailiwickError('already-done', 'a service client of this id is registered');
  await audit(db, {
    scope: tenant,
    subject: caller.subject,
    act: 'service-client.register',
    target: clientId,
  });
  return clientOf(row);
}

export async function listClients(db: Db, caller: Caller, tenant: string): Promise<readonly ServiceClient[]> {
  requireRole(caller, tenant, 'security');
  const { rows } = await db.query<Row>(
    'SELECT * FROM control.service_client WHERE tenant = $1 ORDER BY created_at DESC LIMIT 200',
    [tenant],
  );
  return rows.map(clientOf);
}

/** Ends a client's right now; its id is not given to another. */
export async function revokeClient(
  db: Db,
  caller: Caller,
  tenant: string,
  clientId: string,
): Promise<ServiceClient> {
  requireRole(caller, tenant, 'security');
  const { rows } = await db.query<Row>(
    'UPDATE control.service_client SET revoked_at = coalesce(revoked_at, now()) WHERE client_id = $1 AND tenant = $2 RETURNING *',
    [clientId, tenant],
  );
  const [row] = rows;
  if (!row) throw new BailiwickError(NO_CLIENT.code, NO_CLIENT.detail);
  await audit(db, { scope: tenant, subject: caller.subject, act: 'service-client.revoke', target: clientId });
  return clientOf(row);
}
