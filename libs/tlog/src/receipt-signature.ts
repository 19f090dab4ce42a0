import { createPublicKey, verify } from 'node:crypto';
import type { RouterKey } from './evidence-bundle.js';

/** Media type of a decision receipt in its `typ` header. */
const RECEIPT_TYPE = 'bailiwick-receipt+jws';
/** The last character of 64 bytes in base64url carries two bits: only these four are canonical. */
const COMPACT_JWS = /^([\w-]+)\.([\w-]+)\.([\w-]{85}[AQgw])$/;

/** What a receipt's signature came to: the router's key id, or what is wrong. What it states is not looked at. */
export type ReceiptSignature =
  | { readonly ok: true; readonly kid: string }
  | {
      readonly ok: false;
      readonly reason: 'receipt-malformed' | 'receipt-key-unknown' | 'receipt-signature-invalid';
    };

/** Verifies a compact JWS (RFC 7515) with EdDSA (RFC 8037), whose header is exactly `alg`, `kid` and `typ`. */
export function verifyReceiptSignature(jws: string, keys: readonly RouterKey[]): ReceiptSignature {
  const [, header = '', payload = '', signature = ''] = COMPACT_JWS.exec(jws) ?? [];
  const kid = keyIdOf(header);
  if (kid === undefined) return { ok: false, reason: 'receipt-malformed' };
  const candidates = keys.filter((key) => key.kid === kid);
  if (candidates.length === 0) return { ok: false, reason: 'receipt-key-unknown' };
  const signed = candidates.some((key) =>
    verifies(key, Buffer.from(`${header}.${payload}`), Buffer.from(signature, 'base64url')),
  );
  return signed ? { ok: true, kid } : { ok: false, reason: 'receipt-signature-invalid' };
}

function keyIdOf(header: string): string | undefined {
  try {
    const { alg, kid, typ, ...more } = JSON.parse(Buffer.from(header, 'base64url').toString()) as Record<
      string,
      unknown
    >;
    const exact = alg === 'EdDSA' && typ === RECEIPT_TYPE && Object.keys(more).length === 0;
    return exact && typeof kid === 'string' ? kid : undefined;
  } catch {
    return undefined;
  }
}

function verifies({ kty, crv, x }: RouterKey, input: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(null, input, createPublicKey({ format: 'jwk', key: { kty, crv, x } }), signature);
  } catch {
    return false;
  }
}
