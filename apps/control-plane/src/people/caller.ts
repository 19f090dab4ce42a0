import { BailiwickError, type ErrorCode } from '@bailiwick/platform';
import { MESH } from '../terms/thing.js';

/**
 * What people may do, each for one tenant or for the mesh. Whoever has a role of a tenant may read what it has.
 * `author` proposes changes, `security` and `compliance` approve them, `emergency` makes one without them, an
 * `authorised-person` binds the tenant, an `auditor` reads, an `operator` of the mesh runs it and sees counts.
 */
export const ROLES = [
  'author',
  'security',
  'compliance',
  'emergency',
  'authorised-person',
  'auditor',
  'operator',
] as const;
export type Role = (typeof ROLES)[number];

/** Who asks, as the store knows the subject of the access token. */
export interface Caller {
  readonly subject: string;
  readonly name: string;
  /** Roles by scope: a tenant or `MESH`. */
  readonly roles: ReadonlyMap<string, ReadonlySet<Role>>;
  /** Tenants that granted the caller access for support, for now: to read, and nothing else. */
  readonly supports: ReadonlySet<string>;
}

/** Somebody asked for what another tenant has. The answer is that there is no such thing; the attempt is a violation. */
export class ForeignTenant extends BailiwickError {
  constructor(
    readonly tenant: string,
    readonly caller: Caller,
    code: ErrorCode,
    detail: string,
  ) {
    super(code, detail);
  }
}

export const hasRole = (caller: Caller, scope: string, role: Role): boolean =>
  caller.roles.get(scope)?.has(role) === true;

/** Whether the caller may read what a scope has. */
export const belongs = (caller: Caller, scope: string): boolean =>
  (caller.roles.get(scope)?.size ?? 0) > 0 || caller.supports.has(scope);

/** What is answered where there is nothing, and the same where there is something of others. */
export interface NotThere {
  readonly code: ErrorCode;
  readonly detail: string;
}
export const NO_TENANT: NotThere = {
  code: 'tenant-not-found',
  detail: 'the control-plane knows no tenant of this name that you belong to',
};

/** Throws `ForeignTenant` unless the caller belongs to the scope; of the mesh, which is no secret, an ordinary refusal. */
export function requireBelonging(caller: Caller, scope: string, not: NotThere = NO_TENANT): void {
  if (belongs(caller, scope)) return;
  if (scope !== MESH) throw new ForeignTenant(scope, caller, not.code, not.detail);
  throw not === NO_TENANT
    ? new BailiwickError('role-missing', 'this takes a role of the mesh')
    : new BailiwickError(not.code, not.detail);
}

/** Throws `ForeignTenant` for a stranger, and `role-missing` for who belongs to the scope and may not do this. */
export function requireRole(caller: Caller, scope: string, role: Role, not: NotThere = NO_TENANT): void {
  requireBelonging(caller, scope, not);
  if (!hasRole(caller, scope, role))
    throw new BailiwickError(
      'role-missing',
      `this takes the role ${role}${scope === MESH ? ' of the mesh' : ` of ${scope}`}`,
    );
}
