import { z } from 'zod';
import { Jurisdiction } from './jurisdiction.js';
import { Sensitivity } from './sensitivity.js';

/** Basis of a transfer to another jurisdiction (GDPR 44-49). Not the lawful basis of Art 6. */
export const TRANSFER_BASES = ['adequacy', 'scc', 'bcr', 'derogation', 'none'] as const;
export const TransferBasis = z.enum(TRANSFER_BASES);
export type TransferBasis = z.infer<typeof TransferBasis>;

/** A jurisdiction that a tenant's contract permits beside its home. */
export const PermittedJurisdiction = z.strictObject({
  jurisdiction: Jurisdiction,
  transferBasis: TransferBasis,
  /** Document that proves the basis, for example the id of the signed clauses. */
  documentReference: z.string().min(1),
  /** Highest sensitivity, after minimisation, that may go there. */
  highestSensitivity: Sensitivity,
});
export type PermittedJurisdiction = z.infer<typeof PermittedJurisdiction>;

/** Who acknowledged which text, when. Without it a tenant is refused everywhere. */
export const Acknowledgement = z.strictObject({
  by: z.string().min(1),
  at: z.iso.datetime(),
  /** SHA-256 of the exact text that was acknowledged, hexadecimal. */
  textDigest: z.string().regex(/^[0-9a-f]{64}$/),
});

/** Where a tenant's data lives and may go. Versioned; every decision names the version it used. */
export const ResidencyProfile = z.strictObject({
  tenant: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/),
  version: z.int().positive(),
  homeJurisdiction: Jurisdiction,
  homeRegion: z.string().min(1),
  permitted: z.array(PermittedJurisdiction),
  /** `dedicated`: only pools dedicated to this tenant may answer. */
  isolation: z.enum(['shared', 'dedicated']),
  contractReference: z.string().min(1),
  /** Who has held records judged anew: `operator` alone, or after the `approval` of a person of the tenant. Absent: `approval`. */
  releases: z.enum(['approval', 'operator']).optional(),
  /**
   * Whether a full pool at home is reason enough to have a record answered where the contract permits it besides:
   * `permitted`, or `never`. Absent: `never`.
   */
  overflow: z.enum(['permitted', 'never']).optional(),
  acknowledgement: Acknowledgement.nullable(),
});
export type ResidencyProfile = z.infer<typeof ResidencyProfile>;
