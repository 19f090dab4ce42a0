import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf, deliveryOf } from '../crm-webhook.test-kit.js';
import { openGenericHmac, webhookMac } from './generic-hmac-webhook.js';

const NOW = Date.parse('2026-11-01T10:00:00Z');
const OLD = 'old-secret-of-thirty-two-characters';
const NEW = 'new-secret-of-thirty-two-characters';
const BODY = Buffer.from('{"id":"e-1"}');

const seconds = (offset = 0): string => String(Math.floor(NOW / 1000) + offset);
const sign = (secret: string, timestamp = seconds(), body: Uint8Array = BODY): string =>
  `v1=${webhookMac(secret, timestamp, body).toString('hex')}`;
const verified = (
  signature: string | undefined,
  timestamp: string | undefined = seconds(),
  secrets = [NEW, OLD],
  body: Buffer = BODY,
): string =>
  codeOf(() =>
    openGenericHmac('/crm').verify(
      deliveryOf(body, { 'bailiwick-timestamp': timestamp, 'bailiwick-signature': signature }),
      secrets,
      NOW,
    ),
  );

describe('a webhook of the generic signature is what it says', () => {
  it('takes either secret while one is rotated, and several signatures', () => {
    expect(verified(sign(OLD))).toBe('none');
    expect(verified(sign(NEW))).toBe('none');
    expect(verified(`${sign('x'.repeat(32))}, ${sign(NEW)}`)).toBe('none');
    expect(verified(sign(OLD), seconds(), [NEW])).toBe('signature-invalid');
  });

  it.each([
    ['no signature', undefined, seconds()],
    ['no timestamp', sign(NEW), ''],
    ['a timestamp that is none', sign(NEW), '1e9'],
    ['another scheme', sign(NEW).replace('v1', 'v0'), seconds()],
    ['half a signature', sign(NEW).slice(0, 40), seconds()],
    ['a time that was not signed', sign(NEW), seconds(1)],
  ])('refuses %s', (_case, signature, timestamp) => {
    expect(verified(signature, timestamp)).toBe('signature-invalid');
  });

  it('takes five minutes either way and no more', () => {
    for (const offset of [-300, 300])
      expect(verified(sign(NEW, seconds(offset)), seconds(offset))).toBe('none');
    for (const offset of [-301, 301])
      expect(verified(sign(NEW, seconds(offset)), seconds(offset))).toBe('signature-stale');
  });

  it('any changed byte of the body is refused', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (bytes, at, by) => {
          const body = Buffer.from(bytes);
          const altered = Buffer.from(bytes);
          const index = at % body.length;
          altered[index] = (altered[index] ?? 0) ^ by;
          expect(verified(sign(NEW, seconds(), body), seconds(), [NEW], body)).toBe('none');
          expect(verified(sign(NEW, seconds(), body), seconds(), [NEW], altered)).toBe('signature-invalid');
        },
      ),
    );
  });
});
