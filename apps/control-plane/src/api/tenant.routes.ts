import { BailiwickError } from '@bailiwick/platform';
import { z } from 'zod';
import type { Book } from '../book/book.js';
import { requireBelonging } from '../people/caller.js';
import type { Acknowledgements } from '../profile/acknowledgements.js';
import { AuditView, auditPage } from './audit.js';
import { PageQuery, numberAfter, pageFrom, pageOf, toPage } from './page.js';
import { route, type Route } from './route.js';
import { PolicyView, PurposeView, TenantParams, TenantView, tenantView } from './view.js';

const TENANT = '/v1/tenants/{tenant}';

const ProfileTextView = z.object({
  tenant: z.string(),
  version: z.int(),
  /** What the authorised person reads and acknowledges, word for word. */
  text: z.string(),
  /** SHA-256 of the text in UTF-8, hexadecimal. */
  textDigest: z.string(),
  acknowledgement: z.object({ by: z.string(), at: z.string() }).nullable(),
});

const AcknowledgementView = z.object({
  version: z.int(),
  /** The exact text, as it was acknowledged. */
  text: z.string(),
  textDigest: z.string(),
  by: z.string(),
  subject: z.string(),
  at: z.iso.datetime(),
  /** True for the end of every acknowledgement before it. */
  withdrawn: z.boolean(),
});

/** What a tenant has, for people of that tenant. */
export const tenantRoutes = (book: Book, acknowledgements: Acknowledgements): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/tenants',
    operationId: 'listTenants',
    summary: 'Tenants that you belong to; there is no list of all',
    query: PageQuery,
    answer: pageOf(TenantView),
    handle: async ({ caller, query }) => {
      const mine = new Set(
        [...caller.roles.keys(), ...caller.supports].filter((scope) => book.hasTenant(scope)),
      );
      const { items, next } = pageFrom([...mine].toSorted(), query, (tenant) => tenant);
      return { body: { items: items.flatMap((tenant) => tenantView(book, tenant) ?? []), next } };
    },
  }),
  route({
    method: 'get',
    path: TENANT,
    operationId: 'getTenant',
    summary: 'A tenant, its residency profile and who acknowledged it',
    params: TenantParams,
    answer: TenantView,
    handle: async ({ caller, params: { tenant } }) => {
      requireBelonging(caller, tenant);
      const view = tenantView(book, tenant);
      if (!view) throw new BailiwickError('thing-unknown', 'the tenant has no residency profile');
      return { body: view, revision: view.version };
    },
  }),
  route({
    method: 'get',
    path: `${TENANT}/profile/text`,
    operationId: 'getProfileText',
    summary: 'The exact text of the newest version of the residency profile',
    params: TenantParams,
    answer: ProfileTextView,
    handle: async ({ caller, params }) => ({ body: acknowledgements.text(caller, params.tenant) }),
  }),
  route({
    method: 'post',
    path: `${TENANT}/acknowledgement`,
    operationId: 'acknowledgeProfile',
    summary: 'Acknowledge the exact text, as the authorised person; this puts the version in force',
    params: TenantParams,
    body: z.strictObject({ textDigest: z.string().regex(/^[0-9a-f]{64}$/) }),
    answer: ProfileTextView,
    status: 201,
    handle: async ({ db, caller, params, body }) => ({
      body: await acknowledgements.acknowledge(db, caller, params.tenant, body.textDigest),
    }),
  }),
  route({
    method: 'post',
    path: `${TENANT}/acknowledgement/withdrawal`,
    operationId: 'withdrawAcknowledgement',
    summary: 'Take back every acknowledgement: the tenant is refused everywhere from now on',
    params: TenantParams,
    body: z.strictObject({ reason: z.string().trim().min(1).max(1000) }),
    answer: ProfileTextView,
    handle: async ({ db, caller, params, body }) => ({
      body: await acknowledgements.withdraw(db, caller, params.tenant, body.reason),
    }),
  }),
  route({
    method: 'get',
    path: `${TENANT}/purposes`,
    operationId: 'listPurposes',
    summary: 'Purposes in force',
    params: TenantParams,
    query: PageQuery,
    answer: pageOf(PurposeView),
    handle: async ({ caller, params: { tenant }, query }) => {
      requireBelonging(caller, tenant);
      const found = book
        .all('purpose', tenant)
        .flatMap(({ id, version, body }) => (body ? [{ id, tenant, version, ...body }] : []));
      return { body: pageFrom(found, query, ({ id }) => id) };
    },
  }),
  route({
    method: 'get',
    path: `${TENANT}/policy`,
    operationId: 'getPolicy',
    summary: 'What the tenant forbids beyond its contract',
    params: TenantParams,
    answer: PolicyView,
    handle: async ({ caller, params: { tenant } }) => {
      requireBelonging(caller, tenant);
      const policy = book.latest('policy', tenant, tenant);
      if (!policy?.body) throw new BailiwickError('thing-unknown', 'the tenant has no policy of its own');
      return { body: { version: policy.version, ...policy.body }, revision: policy.version };
    },
  }),
  route({
    method: 'get',
    path: `${TENANT}/audit`,
    operationId: 'listAudit',
    summary: 'Who did what in this tenant, newest first; attempts of strangers too',
    params: TenantParams,
    query: PageQuery,
    answer: pageOf(AuditView),
    handle: async ({ db, caller, params: { tenant }, query }) => {
      requireBelonging(caller, tenant);
      return { body: await auditPage(db, tenant, query) };
    },
  }),
  route({
    method: 'get',
    path: `${TENANT}/acknowledgements`,
    operationId: 'listAcknowledgements',
    summary: 'Who acknowledged which exact text, and who withdrew, newest first',
    params: TenantParams,
    query: PageQuery,
    answer: pageOf(AcknowledgementView),
    handle: async ({ db, caller, params: { tenant }, query: { limit, after } }) => {
      requireBelonging(caller, tenant);
      const rows = await acknowledgements.list(db, tenant, limit + 1, numberAfter(after));
      const { items, next } = toPage(rows, limit, ({ seq }) => seq);
      return { body: { items: items.map(({ given }) => given), next } };
    },
  }),
];
