import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Public Ed25519 key as a JWK (RFC 8037). */
export const VerificationKey = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().min(1),
  kid: z.string().min(1),
});
export type VerificationKey = z.infer<typeof VerificationKey>;

/** Public keys that a service may trust: who signs (by SPIFFE id) and to whom may be sealed. */
export const TrustBundle = z.strictObject({
  signers: z.record(z.string(), z.array(VerificationKey)),
  /** Who signs certificates of erasure, by SPIFFE id: apart, so that none of them can sign a decision. */
  erasers: z.record(z.string(), z.array(VerificationKey)).default({}),
  /** X25519 public key of each cell (base64url), to which dead letters are sealed. */
  cells: z.record(z.string(), z.string()),
});
export type TrustBundle = z.infer<typeof TrustBundle>;

/** Reads the file that `BAILIWICK_TRUST_FILE` names; throws when it holds no trust bundle. */
export const readTrustBundle = (path: string): TrustBundle =>
  TrustBundle.parse(JSON.parse(readFileSync(path, 'utf8')));
