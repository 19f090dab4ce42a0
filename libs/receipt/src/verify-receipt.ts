import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { ReceiptClaims } from './receipt-claims.js';
import { RECEIPT_TYPE, type ReceiptKey } from './receipt-key.js';

/** What the holder of a record knows, against which its receipt must hold. */
export interface ReceiptExpectations {
  readonly eventId: string;
  readonly tenant: string;
  readonly purpose: string;
  /** Pool and jurisdiction that the verifier is pinned to. */
  readonly pool: string;
  readonly jurisdiction: string;
  /** SHA-256 of the minimised bytes that were received. */
  readonly digest: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Every way in which a receipt can fail, in the order in which they are looked for. */
export const RECEIPT_VIOLATIONS = {
  'receipt-missing': 'The request carries no receipt.',
  'receipt-forged': 'The receipt is malformed, or no trusted router signed it.',
  'receipt-not-allow': 'The receipt states a decision that allows nothing.',
  'receipt-other-event': 'The receipt is about another event, tenant or purpose.',
  'receipt-other-pool': 'The receipt allows another pool.',
  'receipt-other-jurisdiction': 'The receipt allows another jurisdiction.',
  'receipt-altered-payload': 'The content is not the content that was decided on.',
  'receipt-not-yet':
    'The receipt was issued later than the clock of this cell says that it is; one of two clocks is wrong.',
  'receipt-expired': 'The receipt does not hold at this time; the record may ask for a new decision.',
} as const;
export type ReceiptViolation = keyof typeof RECEIPT_VIOLATIONS;

export type ReceiptVerdict =
  | { readonly ok: true; readonly claims: ReceiptClaims }
  | { readonly ok: false; readonly violation: ReceiptViolation };

/** How far the clocks of two cells may differ, in milliseconds. */
export const CLOCK_LEEWAY_MS = 60_000;
/** The last character of 64 bytes in base64url carries two bits: only these four are canonical. */
const COMPACT_JWS = /^([\w-]+)\.([\w-]+)\.([\w-]{85}[AQgw])$/;

const Header = z.strictObject({ alg: z.literal('EdDSA'), kid: z.string(), typ: z.literal(RECEIPT_TYPE) });

/**
 * Verifies a receipt for the record in hand. The signature is checked over the bytes received, never over bytes
 * that are encoded again. `receipt-expired` means that all else holds.
 */
export function verifyReceipt(
  jws: string,
  keys: readonly ReceiptKey[],
  expected: ReceiptExpectations,
): ReceiptVerdict {
  if (jws === '') return { ok: false, violation: 'receipt-missing' };
  const claims = signedClaims(jws, keys);
  if (!claims) return { ok: false, violation: 'receipt-forged' };
  const violation = violationOf(claims, expected);
  return violation ? { ok: false, violation } : { ok: true, claims };
}

/** The claims of a receipt that a trusted router signed, whatever they state; undefined when it is forged. */
export function signedClaims(jws: string, keys: readonly ReceiptKey[]): ReceiptClaims | undefined {
  const [, header = '', payload = '', signature = ''] = COMPACT_JWS.exec(jws) ?? [];
  const kid = Header.safeParse(parseJson(header)).data?.kid;
  const key = keys.find((candidate) => candidate.kid === kid);
  if (!key) return undefined;
  const input = Buffer.from(`${header}.${payload}`);
  if (!verify(null, input, keyObject(key), Buffer.from(signature, 'base64url'))) return undefined;
  return ReceiptClaims.safeParse(parseJson(payload)).data;
}

function violationOf(claims: ReceiptClaims, expected: ReceiptExpectations): ReceiptViolation | undefined {
  const { eventId, tenant, purpose, pool, jurisdiction, digest, now } = expected;
  if (claims.outcome !== 'allow') return 'receipt-not-allow';
  if (claims.event !== eventId || claims.tenant !== tenant || claims.purpose !== purpose)
    return 'receipt-other-event';
  if (claims.pool !== pool) return 'receipt-other-pool';
  if (claims.to?.jurisdiction !== jurisdiction) return 'receipt-other-jurisdiction';
  if (claims.payloadDigest !== Buffer.from(digest).toString('base64url')) return 'receipt-altered-payload';
  if (claims.iat * 1000 - now > CLOCK_LEEWAY_MS) return 'receipt-not-yet';
  return now < claims.exp * 1000 ? undefined : 'receipt-expired';
}

function parseJson(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Importing a key costs as much as verifying with it. */
const imported = new WeakMap<ReceiptKey, KeyObject>();

function keyObject(key: ReceiptKey): KeyObject {
  const known = imported.get(key);
  if (known) return known;
  const object = createPublicKey({ format: 'jwk', key: { kty: key.kty, crv: key.crv, x: key.x } });
  imported.set(key, object);
  return object;
}
