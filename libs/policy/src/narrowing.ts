import type { TenantPolicy } from '@bailiwick/domain';
import { PolicySet, type TypeAndId } from './cedar.js';
import type { PolicyProblem } from './policy-problem.js';
import { misfits, readPolicies, type WrittenPolicy } from './read-policies.js';

/** What a tenant forbids beyond its contract, ready to be asked; with any problem nothing of the tenant is decided. */
export interface Narrowing {
  /** By id, with `tenant:` before it, so that no tenant's policy passes for a built-in one. */
  readonly policies: ReadonlyMap<string, WrittenPolicy>;
  readonly problems: readonly PolicyProblem[];
  readonly set: PolicySet;
}

/** Its own forbids stop a record; what they say nothing about, the built-in policies have allowed before. */
const REST = {
  effect: 'permit',
  principal: { op: 'All' },
  action: { op: 'All' },
  resource: { op: 'All' },
  conditions: [],
} as const;

const compiled = new WeakMap<TenantPolicy, Narrowing>();

/**
 * Reads a tenant's policies, once for each published version. They narrow by construction: only forbids are taken,
 * each is bound to the tenant, and they are asked about nothing but what the built-in policies allow.
 */
export function narrowingOf(policy: TenantPolicy): Narrowing {
  const known = compiled.get(policy);
  if (known) return known;
  const narrowing = compile(policy);
  compiled.set(policy, narrowing);
  return narrowing;
}

function compile({ tenant, text }: TenantPolicy): Narrowing {
  const { policies, problems } = readPolicies(text);
  const set = new PolicySet({
    ...Object.fromEntries(
      policies.map(({ id, json }) => [
        `tenant:${id}`,
        { ...json, principal: { op: '==', entity: { type: 'Tenant', id: tenant } } as const },
      ]),
    ),
    rest: { ...REST, conditions: [] },
  });
  return {
    policies: new Map(policies.map((policy) => [`tenant:${policy.id}`, policy])),
    problems: [...problems, ...policies.flatMap((policy) => overreach(policy, tenant)), ...misfits(policies)],
    set,
  };
}

/** What a tenant may not say. */
function overreach({ id, line, json }: WrittenPolicy, tenant: string): readonly PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  if (json.effect !== 'forbid')
    problems.push({
      code: 'not-a-forbid',
      id,
      line,
      message: 'a tenant may only forbid: a permit could widen',
    });
  if (!isScopedTo(json.principal, tenant)) {
    const message = `the principal must be left open or be Tenant::"${tenant}"`;
    problems.push({ code: 'other-tenant', id, line, message });
  }
  return problems;
}

function isScopedTo(principal: WrittenPolicy['json']['principal'], tenant: string): boolean {
  if (principal.op === 'All') return true;
  if (principal.op !== '==' || !('entity' in principal)) return false;
  const entity = '__entity' in principal.entity ? principal.entity.__entity : principal.entity;
  return isTenant(entity, tenant);
}

const isTenant = ({ type, id }: TypeAndId, tenant: string): boolean => type === 'Tenant' && id === tenant;
