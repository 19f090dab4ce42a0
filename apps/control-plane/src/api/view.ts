import { Purpose } from '@bailiwick/domain';
import { z } from 'zod';
import { APPROVING_ROLES, CHANGE_STATES } from '../change/change-state.js';
import type { Change } from '../change/change-store.js';
import { Operation, diffOf } from '../change/operation.js';
import type { Book } from '../book/book.js';
import { ROLES } from '../people/caller.js';
import { ProfileTerms } from '../terms/profile-terms.js';
import { CatalogTerms, MESH, PoolTerms, TERMS } from '../terms/thing.js';

/** A tenant's name, as a path names it. */
export const TenantName = z.string().regex(/^[a-z][a-z0-9-]{1,40}$/);
export const TenantParams = z.strictObject({ tenant: TenantName });

/** Who asks, as the control-plane knows them. */
export const Me = z.object({
  subject: z.string(),
  name: z.string(),
  /** Roles by tenant; `*` is the mesh. */
  roles: z.record(z.string(), z.array(z.enum(ROLES))),
  /** Tenants that granted access for support. */
  supports: z.array(z.string()),
});

const Profile = ProfileTerms.meta({ id: 'Profile' });

/** A tenant and its residency profile as it holds. */
export const TenantView = z
  .object({
    tenant: z.string(),
    version: z.int(),
    /** Null: nobody has acknowledged the profile, and everything of the tenant is refused in every cell. */
    acknowledgement: z.object({ by: z.string(), at: z.string(), textDigest: z.string() }).nullable(),
    profile: Profile,
    /** A newer version that was approved and waits to be acknowledged. */
    awaiting: z.object({ version: z.int(), profile: Profile }).nullable(),
  })
  .meta({ id: 'Tenant' });

/** Undefined for a tenant that has no profile, or none any more. */
export function tenantView(book: Book, tenant: string): z.input<typeof TenantView> | undefined {
  const standing = book.profile(tenant);
  if (!standing?.inForce.body) return undefined;
  const { inForce, acknowledgement, awaiting } = standing;
  return {
    tenant,
    version: inForce.version,
    acknowledgement: acknowledgement && {
      by: acknowledgement.name,
      at: acknowledgement.at,
      textDigest: acknowledgement.textDigest,
    },
    profile: standing.inForce.body,
    awaiting: awaiting?.body ? { version: awaiting.version, profile: awaiting.body } : null,
  };
}

export const PurposeView = Purpose.meta({ id: 'Purpose' });
export const PolicyView = z.object({ version: z.int(), ...TERMS.policy.shape });
export const PoolView = z
  .object({ id: z.string(), version: z.int(), ...PoolTerms.shape })
  .meta({ id: 'Pool' });
export const CatalogView = z
  .object({ object: z.string(), version: z.int(), ...CatalogTerms.shape })
  .meta({ id: 'Catalog' });

/** A change request as people read it. */
export const ChangeView = z
  .object({
    id: z.string(),
    /** Null for what belongs to no tenant. */
    tenant: z.string().nullable(),
    title: z.string(),
    state: z.enum(CHANGE_STATES),
    author: z.object({ subject: z.string(), name: z.string() }),
    proposedAt: z.iso.datetime(),
    /** The same request in lines: `+` new, `-` gone, `~` before and after. */
    diff: z.array(z.string()),
    things: z.array(Operation),
    approvals: z.array(
      z.object({ role: z.enum(APPROVING_ROLES), by: z.string(), name: z.string(), at: z.string() }),
    ),
    /** Of a change that took effect before anybody approved it. */
    emergency: z
      .object({
        reason: z.string(),
        until: z.iso.datetime(),
        /** Of one that ended without two approvals; null while nobody has looked. */
        review: z.object({ by: z.string(), at: z.iso.datetime(), finding: z.string() }).nullable(),
      })
      .nullable(),
    settledAt: z.iso.datetime().nullable(),
    settledReason: z.string().nullable(),
    /** Compact JWS (EdDSA) of the control-plane about a change that took effect. */
    statement: z.string().nullable(),
  })
  .meta({ id: 'Change' });

export const changeView = (change: Change): z.input<typeof ChangeView> => ({
  id: change.id,
  tenant: change.scope === MESH ? null : change.scope,
  title: change.title,
  state: change.state,
  author: { subject: change.author, name: change.authorName },
  proposedAt: change.proposedAt.toISOString(),
  diff: [...diffOf(change.operations)],
  things: [...change.operations],
  approvals: change.approvals.map(({ role, subject, name, at }) => ({ role, by: subject, name, at })),
  emergency:
    change.emergencyUntil === null
      ? null
      : { reason: change.reason ?? '', until: change.emergencyUntil.toISOString(), review: change.review },
  settledAt: change.settledAt?.toISOString() ?? null,
  settledReason: change.settledReason,
  statement: change.statement,
});
