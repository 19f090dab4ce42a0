import { z } from 'zod';

/** Private Ed25519 key as a JWK (RFC 8037), with which control entries are signed. */
export const SigningKey = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().min(1),
  d: z.string().min(1),
  kid: z.string().min(1),
});
export type SigningKey = z.infer<typeof SigningKey>;
