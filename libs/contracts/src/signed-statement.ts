import {
  CompactSign,
  compactVerify,
  decodeProtectedHeader,
  importJWK,
  type CryptoKey,
  type JWK,
  type KeyObject,
} from 'jose';
import type { z } from 'zod';
import type { VerificationKey } from './trust-bundle.js';

/** Signs a statement as a compact JWS (EdDSA) of a type. The same statement makes the same bytes. */
export const signStatement = (
  typ: string,
  statement: object,
  key: CryptoKey | KeyObject,
  kid: string,
): Promise<string> =>
  new CompactSign(Buffer.from(JSON.stringify(statement)))
    .setProtectedHeader({ alg: 'EdDSA', kid, typ })
    .sign(key);

/** The statement of a type that a trusted key signed; null for whatever else the text is. */
export async function verifyStatement<T>(
  typ: string,
  schema: z.ZodType<T>,
  jws: string,
  keys: readonly VerificationKey[],
): Promise<T | null> {
  try {
    const header = decodeProtectedHeader(jws);
    const key = keys.find((candidate) => candidate.kid === header.kid);
    if (header.typ !== typ || !key) return null;
    const trusted = await importJWK(key as JWK, 'EdDSA');
    const { payload } = await compactVerify(jws, trusted, { algorithms: ['EdDSA'] });
    return schema.parse(JSON.parse(Buffer.from(payload).toString('utf8')));
  } catch {
    return null;
  }
}
