import { z } from 'zod';
import { CellEndpoints } from './cell.js';
import { CredentialStanding } from './credential-standing.js';
import { ErasureOrder } from './erasure-order.js';
import { FieldCatalog } from './field-catalog.js';
import { JurisdictionCountries } from './jurisdiction.js';
import { Pool } from './pool.js';
import { Purpose } from './purpose.js';
import { ResidencyProfile } from './residency-profile.js';
import { TenantPolicy } from './tenant-policy.js';

/** Proof that the control-plane lives and the cell hears it: without a recent one nothing is decided. */
export const Heartbeat = z.strictObject({ at: z.iso.datetime() });

/** Body of each kind of control entry, by kind. A kind is also a topic: `<j>.control.<kind>.v1`. */
export const CONTROL_KINDS = {
  profile: ResidencyProfile,
  purpose: Purpose,
  policy: TenantPolicy,
  pool: Pool,
  catalog: FieldCatalog,
  cell: CellEndpoints,
  jurisdiction: JurisdictionCountries,
  credential: CredentialStanding,
  erasure: ErasureOrder,
  heartbeat: Heartbeat,
} as const;
export type ControlKind = keyof typeof CONTROL_KINDS;
export type ControlBody<K extends ControlKind> = z.infer<(typeof CONTROL_KINDS)[K]>;
