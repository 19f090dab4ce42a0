import { z } from 'zod';
import { APPROVING_ROLES, CHANGE_STATES, LONGEST_EMERGENCY_MS } from '../change/change-state.js';
import { listChanges, type Change } from '../change/change-store.js';
import type { Changes } from '../change/changes.js';
import { requireBelonging } from '../people/caller.js';
import type { DryRuns } from '../dry-run/dry-runs.js';
import { KINDS, MESH } from '../terms/thing.js';
import { PageQuery, numberAfter, pageOf, toPage } from './page.js';
import { route, type Answer, type Route } from './route.js';
import { ChangeView, TenantName, changeView } from './view.js';

const CHANGE = '/v1/changes/{change}';
const ChangeParams = z.strictObject({ change: z.string().max(100) });

/** A change request as it is sent. */
const ProposalBody = z.strictObject({
  /** Null for pools and catalogs, which belong to no tenant. */
  tenant: TenantName.nullable(),
  /** What it is for, in a sentence. */
  title: z.string().trim().min(1).max(200),
  things: z
    .array(
      z.strictObject({
        kind: z.enum(KINDS),
        /** Purpose, pool or object; of a profile and a policy the tenant. */
        id: z.string().min(1).max(100),
        /** Version that the author read, 0 for a new thing; 412 when another stands. The newest when absent. */
        base: z.int().nonnegative().optional(),
        /** All of what it is to say; null retires it. */
        terms: z.json(),
      }),
    )
    .min(1)
    .max(50),
  /** Asks for effect at once, by one person in the role emergency; it ends by itself unless two others approve it. */
  emergency: z
    .strictObject({
      reason: z.string().trim().min(10).max(1000),
      minutes: z
        .int()
        .min(1)
        .max(LONGEST_EMERGENCY_MS / 60_000),
    })
    .optional(),
});

const Reason = z.strictObject({ reason: z.string().trim().min(1).max(1000) });

const DecisionView = z.object({
  outcome: z.enum(['allow', 'deny', 'hold']),
  reasons: z.array(z.string()).readonly(),
  basis: z.string(),
  pool: z.string().optional(),
  region: z.string().optional(),
  jurisdiction: z.string().optional(),
});

const DryRunView = z.object({
  /** Past decisions that were decided again. */
  decided: z.int(),
  /** How many of them would come out otherwise. */
  otherwise: z.int(),
  /** These, for a change of one tenant; of what belongs to no tenant, numbers only. */
  decisions: z.array(
    z.object({ event: z.string(), purpose: z.string(), before: DecisionView, after: DecisionView }),
  ),
});

const answer = (change: Change): Answer<z.input<typeof ChangeView>> => ({
  body: changeView(change),
  revision: change.revision,
  location: `/v1/changes/${change.id}`,
});

/** Change requests: how everything that matters changes. */
export const changeRoutes = (changes: Changes, dryRuns: DryRuns): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/changes',
    operationId: 'proposeChange',
    summary: 'Propose a change of profiles, purposes, policies, pools or catalogs',
    body: ProposalBody,
    answer: ChangeView,
    status: 201,
    handle: async ({ db, caller, body }) => answer(await changes.propose(db, caller, body)),
  }),
  route({
    method: 'get',
    path: '/v1/changes',
    operationId: 'listChanges',
    summary: 'Changes of your tenants, newest first',
    query: PageQuery.extend({
      tenant: TenantName.optional(),
      state: z.enum(CHANGE_STATES).optional(),
      /** `true`: only emergencies that run, or ended by themselves and that nobody has reviewed. */
      unreviewed: z.enum(['true', 'false']).default('false'),
    }),
    answer: pageOf(ChangeView),
    handle: async ({ db, caller, query: { limit, after, tenant, state, unreviewed } }) => {
      if (tenant !== undefined) requireBelonging(caller, tenant);
      const scopes = tenant === undefined ? [...caller.roles.keys(), ...caller.supports] : [tenant];
      const before = numberAfter(after);
      const found = await listChanges(db, {
        scopes,
        state,
        unreviewed: unreviewed === 'true',
        limit: limit + 1,
        before,
      });
      const { items, next } = toPage(found, limit, ({ seq }) => String(seq));
      return { body: { items: items.map(changeView), next } };
    },
  }),
  route({
    method: 'get',
    path: CHANGE,
    operationId: 'getChange',
    summary: 'One change, with its difference as people read it; the ETag is what an approval names',
    params: ChangeParams,
    answer: ChangeView,
    handle: async ({ db, caller, params }) => answer(await changes.get(db, caller, params.change)),
  }),
  route({
    method: 'get',
    path: `${CHANGE}/dry-run`,
    operationId: 'dryRunChange',
    summary:
      'Which of the last decisions would come out otherwise, with reasons; labels are those found then',
    params: ChangeParams,
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(100) }),
    answer: DryRunView,
    handle: async ({ db, caller, params, query: { limit } }) => {
      const change = await changes.get(db, caller, params.change);
      const { decided, otherwise } = await dryRuns.of(change, limit);
      // What belongs to no tenant concerns all of them: then numbers only, whoever asks.
      const decisions = change.scope === MESH ? [] : [...otherwise];
      return { body: { decided, otherwise: otherwise.length, decisions } };
    },
  }),
  route({
    method: 'post',
    path: `${CHANGE}/approvals`,
    operationId: 'approveChange',
    summary: 'Approve a change as security or compliance; the second approval puts it in force',
    params: ChangeParams,
    body: z.strictObject({ role: z.enum(APPROVING_ROLES) }),
    answer: ChangeView,
    conditional: true,
    handle: async ({ db, caller, params, body, revision }) =>
      answer(await changes.approve(db, caller, params.change, body.role, revision)),
  }),
  route({
    method: 'post',
    path: `${CHANGE}/rejection`,
    operationId: 'rejectChange',
    summary: 'Reject a change; an emergency loses its effect',
    params: ChangeParams,
    body: Reason,
    answer: ChangeView,
    conditional: true,
    handle: async ({ db, caller, params, body, revision }) =>
      answer(await changes.reject(db, caller, params.change, body.reason, revision)),
  }),
  route({
    method: 'post',
    path: `${CHANGE}/review`,
    operationId: 'reviewEmergency',
    summary: 'Say what was found about an emergency that ended without two approvals',
    params: ChangeParams,
    body: z.strictObject({ finding: z.string().trim().min(1).max(1000) }),
    answer: ChangeView,
    conditional: true,
    handle: async ({ db, caller, params, body, revision }) =>
      answer(await changes.review(db, caller, params.change, body.finding, revision)),
  }),
  route({
    method: 'post',
    path: `${CHANGE}/withdrawal`,
    operationId: 'withdrawChange',
    summary: 'Withdraw a change of your own',
    params: ChangeParams,
    answer: ChangeView,
    conditional: true,
    handle: async ({ db, caller, params, revision }) =>
      answer(await changes.withdraw(db, caller, params.change, revision)),
  }),
];
