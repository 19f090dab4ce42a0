import { createHmac, timingSafeEqual } from 'node:crypto';
import { BailiwickError } from '@bailiwick/platform';

/** How far a signature's time may lie from ours, either way, in milliseconds. */
export const WINDOW_MS = 300_000;
/** Signatures that are looked at; a sender that rotates its secret sends two. */
const MAX_SIGNATURES = 4;

/** What a signed request carries. */
export interface SignedRequest {
  /** Header `bailiwick-timestamp`: seconds since the epoch. */
  readonly timestamp: string | undefined;
  /** Header `bailiwick-signature`: `v1=<hexadecimal>`, several separated by commas. */
  readonly signature: string | undefined;
  /** The body as it came, before anything reads it. */
  readonly body: Uint8Array;
}

/** HMAC-SHA256 over `<timestamp>.<body>`. */
export const webhookMac = (secret: string, timestamp: string, body: Uint8Array): Buffer =>
  createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest();

/**
 * Verifies a webhook's signature against each of its secrets, in constant time. Throws `signature-invalid`, or
 * `signature-stale` for one that is genuine but outside the window.
 */
export function verifyWebhook(request: SignedRequest, secrets: readonly string[], now: number): void {
  const { timestamp, signature, body } = request;
  if (timestamp === undefined || signature === undefined || !/^\d{1,12}$/.test(timestamp))
    throw new BailiwickError(
      'signature-invalid',
      'send the headers bailiwick-timestamp (seconds) and bailiwick-signature (v1=<hexadecimal>)',
    );
  const given = signature
    .split(',', MAX_SIGNATURES)
    .flatMap((part) => /^v1=([0-9a-f]{64})$/i.exec(part.trim())?.[1] ?? [])
    .map((hex) => Buffer.from(hex, 'hex'));
  let genuine = false;
  for (const secret of secrets) {
    const expected = webhookMac(secret, timestamp, body);
    for (const mac of given) genuine = timingSafeEqual(mac, expected) || genuine;
  }
  if (!genuine)
    throw new BailiwickError('signature-invalid', 'the signature is not of this body and webhook');
  if (Math.abs(now - Number(timestamp) * 1000) > WINDOW_MS)
    throw new BailiwickError(
      'signature-stale',
      'the signature is older or newer than five minutes; sign again',
    );
}
