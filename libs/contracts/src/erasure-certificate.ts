import type { CryptoKey, KeyObject } from 'jose';
import { z } from 'zod';
import { signStatement, verifyStatement } from './signed-statement.js';
import type { VerificationKey } from './trust-bundle.js';

const TYPE = 'bailiwick-erasure+jws';
const Time = z.iso.datetime();

/** A place where something of the data subject was written, and what became of it there. */
export const CoveredPlace = z.strictObject({
  /** Topic, or table as `schema.table`. */
  place: z.string().min(1),
  /**
   * `key-destroyed`: what still lies there opens for nobody. `deleted`: the rows are gone. `open-to-pool`: until it is gone, the pool that
   * it was sealed to could open what it was already asked.
   */
  state: z.enum(['key-destroyed', 'deleted', 'open-to-pool']),
  /** When the bytes themselves are gone by retention; null where that is for whoever keeps backups to say. */
  goneBy: Time.nullable(),
});
export type CoveredPlace = z.infer<typeof CoveredPlace>;

/** What the service that erased states about it: a compact JWS (EdDSA), which anyone verifies offline. No personal data. */
export const ErasureCertificate = z.strictObject({
  /** Id of the request, which is also that of the event in the log. */
  jti: z.string().min(1),
  /** SPIFFE id of the service that erased. */
  iss: z.string().min(1),
  iat: z.int().nonnegative(),
  region: z.string().min(1),
  jurisdiction: z.string().min(1),
  tenant: z.string().min(1),
  /** Pseudonym of the data subject; null for the whole tenant. */
  subject: z.string().min(1).nullable(),
  /** On whose request: a webhook's or producer's name, or `control-plane` with the id of the order that two people approved. */
  request: z.strictObject({
    by: z.string().min(1),
    order: z.string().min(1).nullable(),
    requestedAt: Time.nullable(),
  }),
  /** Keys of data subjects that were destroyed; 0 when nothing of the subject was there any more. */
  keys: z.int().nonnegative(),
  /** Pseudonyms whose values were forgotten. */
  pseudonyms: z.int().nonnegative(),
  erasedAt: Time,
  /** When every process of the cell has forgotten the keys that it remembered. */
  forgottenBy: Time,
  /** When no pool can open anything of it any more. */
  closedBy: Time,
  covers: z.array(CoveredPlace),
  /** What this certificate does not say. */
  limits: z.array(z.string().min(1)),
});
export type ErasureCertificate = z.infer<typeof ErasureCertificate>;

/** Signs a certificate. The same statement makes the same bytes. */
export const signErasureCertificate = (
  certificate: ErasureCertificate,
  key: CryptoKey | KeyObject,
  kid: string,
): Promise<string> => signStatement(TYPE, certificate, key, kid);

/** The certificate that a trusted key signed; null for whatever else the text is. */
export const verifyErasureCertificate = (
  jws: string,
  keys: readonly VerificationKey[],
): Promise<ErasureCertificate | null> => verifyStatement(TYPE, ErasureCertificate, jws, keys);
