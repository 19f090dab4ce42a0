import { z } from 'zod';
import { APPROVING_ROLES } from '../change/change-state.js';
import { requireBelonging } from '../people/caller.js';
import type { Release, Releases } from '../release/releases.js';
import { PageQuery, numberAfter, pageOf, toPage } from './page.js';
import { route, type Answer, type Route } from './route.js';
import { TenantName } from './view.js';

/** Names and places hold no more than a cell gives them. */
const Name = z.string().regex(/^[A-Za-z0-9._-]{1,200}$/);

const ReleaseBody = z.strictObject({
  tenant: TenantName,
  /** Id of the event. */
  event: Name,
  /** Cell that keeps the record, and where. */
  region: Name,
  topic: Name,
  partition: z.int().min(0).max(100_000),
  offset: z.string().regex(/^\d{1,18}$/),
  /** Why, as a reference and not as a text. */
  reference: z
    .string()
    .regex(/^[A-Za-z0-9._@#:/-]{0,64}$/)
    .default(''),
});

const ReleaseView = z
  .object({
    id: z.string(),
    ...ReleaseBody.shape,
    /** Subject of who asked. */
    askedBy: z.string(),
    askedAt: z.string(),
    /** Null while nobody has approved it. */
    approval: z
      .object({
        by: z.string(),
        role: z.enum(APPROVING_ROLES),
        at: z.string(),
        /** Until when the order is good. */
        expiresAt: z.string(),
        /** What the cell's router obeys: a compact JWS of the control-plane about just this record. */
        order: z.string(),
      })
      .nullable(),
  })
  .meta({ id: 'Release' });

const Params = z.strictObject({ release: z.string().max(100) });
const RELEASE = '/v1/releases/{release}';

function viewOf(release: Release): z.input<typeof ReleaseView> {
  const { seq: _, ...view } = release;
  return view;
}
const answer = (release: Release): Answer<z.input<typeof ReleaseView>> => ({ body: viewOf(release) });

/** Releases of held records that take the approval of a person of the tenant. */
export const releaseRoutes = (releases: Releases): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/releases',
    operationId: 'askForRelease',
    summary:
      'Ask to have a record judged anew that a cell keeps back; the same again gives the request that stands',
    body: ReleaseBody,
    answer: ReleaseView,
    handle: async ({ db, caller, body: { reference, ...kept } }) =>
      answer(await releases.ask(db, caller, kept, reference)),
  }),
  route({
    method: 'get',
    path: '/v1/releases',
    operationId: 'listReleases',
    summary: 'Requests of your tenants that wait for an approval, newest first',
    query: PageQuery.extend({ tenant: TenantName.optional() }),
    answer: pageOf(ReleaseView),
    handle: async ({ db, caller, query: { limit, after, tenant } }) => {
      if (tenant !== undefined) requireBelonging(caller, tenant);
      const tenants = tenant === undefined ? [...caller.roles.keys()] : [tenant];
      const found = await releases.waiting(db, tenants, limit + 1, numberAfter(after));
      const { items, next } = toPage(found, limit, ({ seq }) => String(seq));
      return { body: { items: items.map(viewOf), next } };
    },
  }),
  route({
    method: 'get',
    path: RELEASE,
    operationId: 'getRelease',
    summary: 'One request, with its order once somebody has approved it',
    params: Params,
    answer: ReleaseView,
    handle: async ({ db, caller, params }) => answer(await releases.get(db, caller, params.release)),
  }),
  route({
    method: 'post',
    path: `${RELEASE}/approval`,
    operationId: 'approveRelease',
    summary: 'Approve a release as security or compliance of the tenant, and not as who asked for it',
    params: Params,
    answer: ReleaseView,
    handle: async ({ db, caller, params }) => answer(await releases.approve(db, caller, params.release)),
  }),
];
