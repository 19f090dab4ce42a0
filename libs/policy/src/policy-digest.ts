import { createHash } from 'node:crypto';
import type { TenantPolicy } from '@bailiwick/domain';
import { BUILT_IN_TEXTS } from './built-in.js';
import { ENGINE } from './engine.js';
import { SCHEMA } from './schema.js';

/** Grows with every change of what places, questions or the choice among pools come to, also when no policy changes. */
const PLACEMENT_VERSION = 4;

const digests = new WeakMap<TenantPolicy, string>();
const digestOf = (text: string | null): string =>
  createHash('sha256')
    .update(JSON.stringify([ENGINE, PLACEMENT_VERSION, SCHEMA, BUILT_IN_TEXTS, text]))
    .digest('hex');
const builtIn = digestOf(null);

/**
 * SHA-256, hexadecimal, of engine, schema, built-in policies and the tenant's own: names in every receipt by which
 * policies it was decided.
 */
export function policyDigest(policy?: TenantPolicy): string {
  if (policy === undefined) return builtIn;
  let digest = digests.get(policy);
  if (digest === undefined) digests.set(policy, (digest = digestOf(policy.text)));
  return digest;
}
