import { ErasureTerms, FieldCatalog, Jurisdiction, PoolKey, Purpose, Region } from '@bailiwick/domain';
import { z } from 'zod';
import { ConnectionTerms } from './connection-terms.js';
import { ProfileTerms } from './profile-terms.js';

/** What a purpose says, beside its id, its tenant and its version. */
export const PurposeTerms = Purpose.omit({ id: true, tenant: true, version: true });
export type PurposeTerms = z.infer<typeof PurposeTerms>;

/** What a tenant forbids beyond its contract, as Cedar policies. */
export const PolicyTerms = z.strictObject({ text: z.string().max(65_536) });
export type PolicyTerms = z.infer<typeof PolicyTerms>;

/** A pool as people agree on it, its key included: to whom records are sealed is nobody's to say alone. */
export const PoolTerms = z.strictObject({
  jurisdiction: Jurisdiction,
  region: Region,
  /** Tenant it is dedicated to, or null when shared. */
  dedicatedTo: z.string().min(1).nullable(),
  models: z.array(z.string().min(1)).min(1),
  /** Absent only in what was agreed on before keys were a part of it: such a pool is not told to any cell. */
  publicKey: PoolKey.optional(),
});
export type PoolTerms = z.infer<typeof PoolTerms>;

/** What each field of a CRM object is, as the CRM's own metadata says. */
export const CatalogTerms = FieldCatalog.omit({ object: true, version: true });
export type CatalogTerms = z.infer<typeof CatalogTerms>;

/** Everything that changes by change request only, by kind. */
export const TERMS = {
  profile: ProfileTerms,
  purpose: PurposeTerms,
  policy: PolicyTerms,
  pool: PoolTerms,
  catalog: CatalogTerms,
  connection: ConnectionTerms,
  erasure: ErasureTerms,
} as const;
export type Kind = keyof typeof TERMS;
export type Terms<K extends Kind = Kind> = z.infer<(typeof TERMS)[K]>;
export const KINDS = Object.keys(TERMS) as [Kind, ...Kind[]];

/** Scope of what belongs to no tenant: pools and catalogs. No tenant can have this name. */
export const MESH = '*';

/** Kinds that belong to a tenant; of profile and policy a tenant has one, whose id is the tenant. */
const TENANTS_OWN: readonly Kind[] = ['profile', 'purpose', 'policy', 'connection', 'erasure'];
export const belongsTo = (kind: Kind): 'tenant' | 'mesh' => (TENANTS_OWN.includes(kind) ? 'tenant' : 'mesh');

/** Names one thing. */
export interface Name {
  readonly kind: Kind;
  /** Tenant it belongs to, or `MESH`. */
  readonly scope: string;
  readonly id: string;
}

/** The same for equal names only: scopes and kinds hold no slash. */
export const keyOf = ({ kind, scope, id }: Name): string => `${kind}/${scope}/${id}`;
