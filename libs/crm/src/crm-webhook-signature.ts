import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { BailiwickError } from '@bailiwick/platform';

/** How far a signature's time may lie from ours, either way, in milliseconds. */
const WINDOW_MS = 300_000;

/** HMAC-SHA256 over parts, one behind the other. */
export function hmac(secret: string, ...parts: readonly (string | Uint8Array)[]): Buffer {
  const mac = createHmac('sha256', secret);
  for (const part of parts) mac.update(part);
  return mac.digest();
}

const digest = (value: string | Uint8Array): Buffer => createHash('sha256').update(value).digest();

/** Whether two values are the same; the time that it takes says nothing of either, nor of where they differ. */
export const same = (given: string | Uint8Array, expected: string | Uint8Array): boolean =>
  timingSafeEqual(digest(given), digest(expected));

/** Whether any secret makes what was given. All are tried, so that the time does not say which one it was. */
export function madeByOne(secrets: readonly string[], made: (secret: string) => boolean): boolean {
  let genuine = false;
  for (const secret of secrets) genuine = made(secret) || genuine;
  return genuine;
}

/** What was not signed as the registration says; `detail` says what is expected. */
export const unsigned = (detail: string): BailiwickError => new BailiwickError('signature-invalid', detail);

/** Throws `signature-invalid` unless it is genuine. */
export function checkGenuine(genuine: boolean): void {
  if (!genuine) throw unsigned('the signature is not of this delivery and webhook');
}

/** Throws `signature-stale` for a genuine signature whose time is too far from ours. */
export function checkFresh(signedAt: number, now: number): void {
  if (!(Math.abs(now - signedAt) <= WINDOW_MS))
    throw new BailiwickError(
      'signature-stale',
      'the signature is older or newer than five minutes; sign again',
    );
}
