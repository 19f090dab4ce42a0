import { BailiwickError } from '@bailiwick/platform';
import { z } from 'zod';
import type { Book } from '../book/book.js';
import { belongs, requireBelonging } from '../people/caller.js';
import type { Acknowledgements } from '../profile/acknowledgements.js';
import { PageQuery, keyAfter, pageFrom, pageOf, toPage } from './page.js';
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

const AuditView = z.object({
  at: z.iso.datetime(),
  subject: z.string(),
  act: z.string(),
  target: z.string(),
  detail: z.string(),
});

interface AuditRow {
  readonly seq: string;
  readonly at: Date;
  readonly subject: string;
  readonly act: string;
  readonly target: string;
  readonly detail: string;
}

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
      const mine = book.tenants().filter((tenant) => belongs(caller, tenant));
      const { items, next } = pageFrom(mine, query, (tenant) => tenant);
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
    handle: async ({ db, caller, params: { tenant }, query: { limit, after } }) => {
      requireBelonging(caller, tenant);
      const { rows } = await db.query<AuditRow>(
        `SELECT * FROM control.audit WHERE scope = $1 AND ($2::bigint IS NULL OR seq < $2) ORDER BY seq DESC LIMIT $3`,
        [tenant, keyAfter(after) ?? null, limit + 1],
      );
      const { items, next } = toPage(rows, limit, ({ seq }) => seq);
      const view = ({ at, subject, act, target, detail }: AuditRow): z.input<typeof AuditView> => ({
        at: at.toISOString(),
        subject,
        act,
        target,
        detail,
      });
      return { body: { items: items.map(view), next } };
    },
  }),
];
