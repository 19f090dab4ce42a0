import { BailiwickError } from '@bailiwick/platform';
import { z } from 'zod';
import { audit } from '../audit/audit.js';
import type { Book } from '../book/book.js';
import { CrmPublicKey, type ConnectionName, type CrmKeys } from '../credentials/crm-keys.js';
import { ClientSecret, RefreshToken } from '../credentials/crm-secret.js';
import { actOnClient, actOnConnection, endLease, listLeases, type Lease } from '../credentials/lease-acts.js';
import { loginOf } from '../credentials/login/logins.js';
import { standingNow } from '../credentials/standings.js';
import { requireBelonging, requireRole, NO_TENANT, type Caller } from '../people/caller.js';
import {
  DataverseTerms,
  GenericHttpTerms,
  HubSpotTerms,
  SalesforceTerms,
  ZendeskTerms,
  type ConnectionTerms,
} from '../terms/connection-terms.js';
import { MESH } from '../terms/thing.js';
import { PageQuery, pageFrom, pageOf } from './page.js';
import { route, type Route } from './route.js';
import { TenantName, TenantParams } from './view.js';

const Time = z.iso.datetime();
const Reason = z.strictObject({ reason: z.string().trim().min(1).max(1000) });
const ConnectionParams = z.strictObject({
  tenant: TenantName,
  connection: z.string().regex(/^[a-z][a-z0-9-]{1,60}$/),
});

const LeaseView = z
  .object({
    id: z.string(),
    tenant: z.string(),
    cell: z.string(),
    purpose: z.string(),
    object: z.string(),
    connection: z.string(),
    client: z.string(),
    /** Record for whose answer it was minted; empty where it is for reading. */
    event: z.string(),
    mintedAt: Time,
    expiresAt: Time,
    endedAt: Time.nullable(),
    /** Who ended it; `time` where nobody did. */
    endedBy: z.string().nullable(),
  })
  .meta({ id: 'Lease' });
const leaseView = (lease: Lease): z.input<typeof LeaseView> => ({
  ...lease,
  mintedAt: lease.mintedAt.toISOString(),
  expiresAt: lease.expiresAt.toISOString(),
  endedAt: lease.endedAt?.toISOString() ?? null,
});

const StandingView = z.object({
  /** True: nothing is written through the connection until security restores it. */
  revoked: z.boolean(),
  /** Leases that were minted before have ended. */
  endedBefore: Time,
});
const named = {
  id: z.string(),
  tenant: z.string(),
  version: z.int(),
  /** Null: nothing was ever done to its credentials. */
  standing: StandingView.nullable(),
};
const ConnectionView = z
  .discriminatedUnion('kind', [
    SalesforceTerms.extend(named),
    GenericHttpTerms.extend(named),
    DataverseTerms.extend(named),
    HubSpotTerms.extend(named),
    ZendeskTerms.extend(named),
  ])
  .meta({ id: 'Connection' });

const CONNECTION = '/v1/tenants/{tenant}/connections/{connection}';

/** What the routes of credentials work with. */
export interface CredentialApiParts {
  readonly book: Book;
  readonly keys: CrmKeys;
  /** SPIFFE ids of the services that may ask for credentials. */
  readonly clients: readonly string[];
}

/** Terms of a connection, for security of its tenant. */
function requireConnection(
  book: Book,
  caller: Caller,
  { tenant, connection }: ConnectionName,
): ConnectionTerms {
  requireRole(caller, tenant, 'security');
  const terms = book.latest('connection', tenant, connection)?.body;
  if (!terms) throw new BailiwickError('thing-unknown', 'the tenant has no connection of this name');
  return terms;
}

/** CRM connections, what is on loan of their credentials, and the end of it. */
export const credentialRoutes = ({ book, keys, clients }: CredentialApiParts): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/tenants/{tenant}/connections',
    operationId: 'listConnections',
    summary: 'CRM connections in force, and how their credentials stand',
    params: TenantParams,
    query: PageQuery,
    answer: pageOf(ConnectionView),
    handle: async ({ db, caller, params: { tenant }, query }) => {
      requireBelonging(caller, tenant);
      const found = book
        .all('connection', tenant)
        .flatMap(({ id, version, body }) => (body ? [{ id, tenant, version, ...body }] : []));
      const { items, next } = pageFrom(found, query, ({ id }) => id);
      const views = [];
      for (const item of items) {
        const standing = await standingNow(db, { tenant, connection: item.id });
        views.push({ ...item, standing: standing ?? null });
      }
      return { body: { items: views, next } };
    },
  }),
  ...(['revocation', 'restoration'] as const).map((act) =>
    route({
      method: 'post',
      path: `${CONNECTION}/${act}`,
      operationId: act === 'revocation' ? 'revokeConnection' : 'restoreConnection',
      summary:
        act === 'revocation'
          ? 'End every credential of the connection now, here, in the cell and at the CRM, and mint none until it is restored'
          : 'Let credentials of the connection be minted again',
      params: ConnectionParams,
      body: Reason,
      answer: StandingView,
      handle: async ({ db, caller, params, body: { reason } }) => ({
        body: await actOnConnection(db, caller, params, act === 'revocation' ? 'revoke' : 'restore', reason),
      }),
    }),
  ),
  route({
    method: 'post',
    path: `${CONNECTION}/keys`,
    operationId: 'makeConnectionKey',
    summary:
      'Make a key whose private half never leaves the control-plane; the CRM must know it before it is used',
    params: ConnectionParams,
    answer: CrmPublicKey,
    status: 201,
    handle: async ({ db, caller, params }) => {
      const { by } = loginOf(requireConnection(book, caller, params));
      if (by === 'secret')
        throw new BailiwickError('query-invalid', 'this CRM makes the secret itself: give it to …/secrets');
      const made = await keys.make(db, params, caller.subject, by === 'certificate');
      await audit(db, {
        scope: params.tenant,
        subject: caller.subject,
        act: 'key.make',
        target: params.connection,
        detail: made.kid,
      });
      return { body: made };
    },
  }),
  route({
    method: 'post',
    path: `${CONNECTION}/secrets`,
    operationId: 'takeConnectionSecret',
    summary:
      'Log in with this secret of the CRM from now on: that of its OAuth client, for HubSpot with the refresh token; it is sealed, and told to nobody',
    params: ConnectionParams,
    body: z.union([RefreshToken, ClientSecret]),
    answer: z.object({ kid: z.string() }),
    status: 201,
    secret: true,
    handle: async ({ db, caller, params, body }) => {
      const login = loginOf(requireConnection(book, caller, params));
      if (!login.secret.safeParse(body).success)
        throw new BailiwickError('query-invalid', 'a connection of this kind logs in with something else');
      const { kid } = await keys.take(db, params, body, caller.subject);
      await audit(db, {
        scope: params.tenant,
        subject: caller.subject,
        act: 'key.use',
        target: params.connection,
        detail: kid,
      });
      return { body: { kid } };
    },
  }),
  route({
    method: 'post',
    path: `${CONNECTION}/keys/{kid}/use`,
    operationId: 'useConnectionKey',
    summary: 'Sign with this key from now on, and destroy the others of the connection',
    params: ConnectionParams.extend({ kid: z.string().max(100) }),
    answer: z.object({ kid: z.string() }),
    handle: async ({ db, caller, params: { kid, ...name } }) => {
      requireRole(caller, name.tenant, 'security');
      if (!(await keys.use(db, name, kid)))
        throw new BailiwickError('thing-unknown', 'the connection has no key of this id');
      await audit(db, {
        scope: name.tenant,
        subject: caller.subject,
        act: 'key.use',
        target: name.connection,
        detail: kid,
      });
      return { body: { kid } };
    },
  }),
  route({
    method: 'get',
    path: '/v1/tenants/{tenant}/leases',
    operationId: 'listLeases',
    summary: 'Credentials that were lent to cells for writing to the CRM or reading from it, newest first',
    params: TenantParams,
    answer: z.object({ items: z.array(LeaseView) }),
    handle: async ({ db, caller, params }) => ({
      body: { items: (await listLeases(db, caller, params.tenant)).map(leaseView) },
    }),
  }),
  route({
    method: 'post',
    path: '/v1/leases/{lease}/revocation',
    operationId: 'revokeLease',
    summary: 'End what is on loan of the connection of this lease; the next write gets a new credential',
    params: z.strictObject({ lease: z.string().max(100) }),
    body: Reason,
    answer: LeaseView,
    handle: async ({ db, caller, params, body }) => ({
      body: leaseView(await endLease(db, caller, params.lease, body.reason)),
    }),
  }),
  ...(['revocation', 'restoration'] as const).map((act) =>
    route({
      method: 'post',
      path: `/v1/credential-clients/${act}`,
      operationId: act === 'revocation' ? 'revokeCredentialClient' : 'restoreCredentialClient',
      summary:
        act === 'revocation'
          ? 'Mint nothing for a service of a cell any more, and end what it has; for security of the mesh'
          : 'Mint for a service of a cell again',
      body: Reason.extend({ client: z.string().max(300) }),
      answer: z.object({ client: z.string(), revoked: z.boolean() }),
      handle: async ({ db, caller, body: { client, reason } }) => {
        requireRole(caller, MESH, 'security', NO_TENANT);
        if (!clients.includes(client))
          throw new BailiwickError('thing-unknown', 'no service of this SPIFFE id may ask for credentials');
        await actOnClient(db, caller, client, act === 'revocation' ? 'revoke' : 'restore', reason);
        return { body: { client, revoked: act === 'revocation' } };
      },
    }),
  ),
];
