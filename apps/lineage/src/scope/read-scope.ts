/** What somebody may read: what is of one tenant, or everything. It is found out once, at the edge, and handed to every read. */
export type ReadScope = { readonly kind: 'operator' } | { readonly kind: 'tenant'; readonly tenant: string };

/** Reads every tenant: the administrator of the mesh, and the service itself. */
export const OPERATOR: ReadScope = { kind: 'operator' };

/** Reads one tenant, and nothing else. */
export const ofTenant = (tenant: string): ReadScope => ({ kind: 'tenant', tenant });
