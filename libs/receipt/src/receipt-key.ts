import { z } from 'zod';

/** Media type of a receipt in its `typ` header (RFC 8725 3.11): no other JWS of ours passes for one. */
export const RECEIPT_TYPE = 'bailiwick-receipt+jws';

/** Public Ed25519 key of a router as a JWK (RFC 8037). */
export interface ReceiptKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
}

/** A router's private signing key as a JWK (RFC 8037). */
export const SigningKey = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().min(1),
  d: z.string().min(1),
  kid: z.string().min(1),
});
export type SigningKey = z.infer<typeof SigningKey>;
