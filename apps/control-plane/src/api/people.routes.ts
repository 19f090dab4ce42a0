import { z } from 'zod';
import type { Book } from '../book/book.js';
import { issueBearer, listBearers, revokeBearer, type ScimBearer } from '../people/scim-bearers.js';
import { listClients, registerClient, revokeClient, type ServiceClient } from '../people/service-clients.js';
import {
  LONGEST_SUPPORT_MINUTES,
  askSupport,
  endSupport,
  grantSupport,
  listSupport,
  type SupportAccess,
} from '../people/support-access.js';
import { MESH } from '../terms/thing.js';
import { route, type Route } from './route.js';
import { TenantName, TenantParams } from './view.js';

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
const Time = z.iso.datetime();

const BearerView = z
  .object({
    id: z.string(),
    /** Null: the bearer is of the mesh's own directory. */
    tenant: z.string().nullable(),
    createdBy: z.string(),
    createdAt: Time,
    expiresAt: Time,
    revokedAt: Time.nullable(),
  })
  .meta({ id: 'ScimBearer' });
const bearerView = (bearer: ScimBearer): z.input<typeof BearerView> => ({
  id: bearer.id,
  tenant: bearer.scope === MESH ? null : bearer.scope,
  createdBy: bearer.createdBy,
  createdAt: bearer.createdAt.toISOString(),
  expiresAt: bearer.expiresAt.toISOString(),
  revokedAt: iso(bearer.revokedAt),
});

const ClientView = z
  .object({
    clientId: z.string(),
    tenant: z.string(),
    createdBy: z.string(),
    createdAt: Time,
    revokedAt: Time.nullable(),
  })
  .meta({ id: 'ServiceClient' });
const clientView = (client: ServiceClient): z.input<typeof ClientView> => ({
  ...client,
  createdAt: client.createdAt.toISOString(),
  revokedAt: iso(client.revokedAt),
});

const SupportView = z
  .object({
    id: z.string(),
    tenant: z.string(),
    subject: z.string(),
    name: z.string(),
    reason: z.string(),
    minutes: z.int(),
    askedAt: Time,
    grantedBy: z.string().nullable(),
    grantedUntil: Time.nullable(),
    endedAt: Time.nullable(),
  })
  .meta({ id: 'SupportAccess' });
const supportView = (access: SupportAccess): z.input<typeof SupportView> => ({
  ...access,
  askedAt: access.askedAt.toISOString(),
  grantedUntil: iso(access.grantedUntil),
  endedAt: iso(access.endedAt),
});

const Id = z.string().max(100);
const ClientId = z.string().regex(/^[\x21-\x7e]{1,200}$/, 'visible characters, 200 at most');
const CLIENTS = '/v1/tenants/{tenant}/service-clients';
const SUPPORT = '/v1/tenants/{tenant}/support-access';

/** Who else may do something: directories, programs, support. */
export const peopleRoutes = (book: Book): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/scim-bearers',
    operationId: 'issueScimBearer',
    summary: 'Make a bearer with which one tenant provisions its people; it is shown this once',
    body: z.strictObject({ tenant: TenantName.nullable(), days: z.int().min(1).max(365) }),
    answer: BearerView.extend({ bearer: z.string() }),
    status: 201,
    secret: true,
    handle: async ({ db, caller, body: { tenant, days } }) => {
      const made = await issueBearer(db, caller, tenant ?? MESH, days);
      return { body: { ...bearerView(made), bearer: made.bearer } };
    },
  }),
  route({
    method: 'get',
    path: '/v1/scim-bearers',
    operationId: 'listScimBearers',
    summary: 'Bearers of a tenant, or of the mesh, newest first',
    query: z.strictObject({ tenant: TenantName.optional() }),
    answer: z.object({ items: z.array(BearerView) }),
    handle: async ({ db, caller, query: { tenant } }) => ({
      body: { items: (await listBearers(db, caller, tenant ?? MESH)).map(bearerView) },
    }),
  }),
  route({
    method: 'post',
    path: '/v1/scim-bearers/{bearer}/revocation',
    operationId: 'revokeScimBearer',
    summary: 'End a bearer now',
    params: z.strictObject({ bearer: Id }),
    answer: BearerView,
    handle: async ({ db, caller, params }) => ({
      body: bearerView(await revokeBearer(db, caller, params.bearer)),
    }),
  }),
  route({
    method: 'post',
    path: CLIENTS,
    operationId: 'registerServiceClient',
    summary: 'Let a program read what the tenant has; its tokens come from the OpenID provider',
    params: TenantParams,
    body: z.strictObject({ clientId: ClientId }),
    answer: ClientView,
    status: 201,
    handle: async ({ db, caller, params, body }) => ({
      body: clientView(await registerClient(db, caller, params.tenant, body.clientId)),
    }),
  }),
  route({
    method: 'get',
    path: CLIENTS,
    operationId: 'listServiceClients',
    summary: 'Service clients of the tenant, newest first',
    params: TenantParams,
    answer: z.object({ items: z.array(ClientView) }),
    handle: async ({ db, caller, params }) => ({
      body: { items: (await listClients(db, caller, params.tenant)).map(clientView) },
    }),
  }),
  route({
    method: 'post',
    path: `${CLIENTS}/{client}/revocation`,
    operationId: 'revokeServiceClient',
    summary: "End a program's right now",
    params: TenantParams.extend({ client: ClientId }),
    answer: ClientView,
    handle: async ({ db, caller, params }) => ({
      body: clientView(await revokeClient(db, caller, params.tenant, params.client)),
    }),
  }),
  route({
    method: 'post',
    path: SUPPORT,
    operationId: 'askSupportAccess',
    summary: 'Ask to read what a tenant has, as an operator, for a time that the tenant grants',
    params: TenantParams,
    body: z.strictObject({
      reason: z.string().trim().min(10).max(1000),
      minutes: z.int().min(1).max(LONGEST_SUPPORT_MINUTES),
    }),
    answer: SupportView,
    status: 201,
    handle: async ({ db, caller, params, body }) => ({
      body: supportView(await askSupport(db, caller, book, { ...params, ...body })),
    }),
  }),
  route({
    method: 'get',
    path: SUPPORT,
    operationId: 'listSupportAccess',
    summary: 'Who asked for access, and what the tenant granted',
    params: TenantParams,
    answer: z.object({ items: z.array(SupportView) }),
    handle: async ({ db, caller, params }) => ({
      body: { items: (await listSupport(db, caller, params.tenant)).map(supportView) },
    }),
  }),
  route({
    method: 'post',
    path: '/v1/support-access/{access}/grant',
    operationId: 'grantSupportAccess',
    summary: 'Grant an access, as the authorised person or security of the tenant; it ends by itself',
    params: z.strictObject({ access: Id }),
    answer: SupportView,
    handle: async ({ db, caller, params }) => ({
      body: supportView(await grantSupport(db, caller, params.access)),
    }),
  }),
  route({
    method: 'post',
    path: '/v1/support-access/{access}/end',
    operationId: 'endSupportAccess',
    summary: 'End or refuse an access now',
    params: z.strictObject({ access: Id }),
    answer: SupportView,
    handle: async ({ db, caller, params }) => ({
      body: supportView(await endSupport(db, caller, params.access)),
    }),
  }),
];
