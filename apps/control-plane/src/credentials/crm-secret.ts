import { createHash } from 'node:crypto';
import { z } from 'zod';

/** Private RSA key as a JWK, with the certificate of its public half where the CRM wants one (`x5c`). */
export const CrmKey = z.strictObject({
  kty: z.literal('RSA'),
  n: z.base64url(),
  e: z.base64url(),
  d: z.base64url(),
  p: z.base64url(),
  q: z.base64url(),
  dp: z.base64url(),
  dq: z.base64url(),
  qi: z.base64url(),
  x5c: z.tuple([z.base64()]).optional(),
});
export type CrmKey = z.infer<typeof CrmKey>;

/** A key whose certificate the CRM knows. */
export const CertifiedKey = CrmKey.required({ x5c: true });
export type CertifiedKey = z.infer<typeof CertifiedKey>;

const Secret = z.string().regex(/^[\x21-\x7e]{8,2000}$/, 'visible characters, 8 to 2000');

/** Secret of a CRM's OAuth client. */
export const ClientSecret = z.strictObject({ clientSecret: Secret });
export type ClientSecret = z.infer<typeof ClientSecret>;

/** Secret of an OAuth client, and the refresh token that a CRM gave it when somebody installed the app. */
export const RefreshToken = ClientSecret.extend({ refreshToken: Secret });
export type RefreshToken = z.infer<typeof RefreshToken>;

/** What a connection logs in with: a key that is made here, or a secret that the CRM has made. */
export const CrmSecret = z.union([CrmKey, RefreshToken, ClientSecret]);
export type CrmSecret = z.infer<typeof CrmSecret>;

/** `x5t#S256` of a certificate in base64 (RFC 7515). */
export const thumbprint = (der: string): string =>
  createHash('sha256').update(Buffer.from(der, 'base64')).digest('base64url');
