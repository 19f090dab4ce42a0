import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BailiwickError } from '@bailiwick/platform';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WebhookRegistrations } from './webhook-registrations.js';
import { verifyWebhook, webhookMac } from './webhook-signature.js';

const NOW = Date.parse('2026-11-01T10:00:00Z');
const OLD = 'old-secret-of-thirty-two-characters';
const NEW = 'new-secret-of-thirty-two-characters';
const BODY = Buffer.from('{"id":"e-1"}');

const seconds = (offset = 0): string => String(Math.floor(NOW / 1000) + offset);
const sign = (secret: string, timestamp = seconds(), body: Uint8Array = BODY): string =>
  `v1=${webhookMac(secret, timestamp, body).toString('hex')}`;
function codeOf(
  signature: string | undefined,
  timestamp: string | undefined = seconds(),
  secrets = [NEW, OLD],
  body: Uint8Array = BODY,
): string {
  try {
    verifyWebhook({ timestamp, signature, body }, secrets, NOW);
  } catch (thrown) {
    return BailiwickError.from(thrown).code;
  }
  return 'none';
}

describe('a webhook is what it says', () => {
  it('takes either secret while one is rotated, and several signatures', () => {
    expect(codeOf(sign(OLD))).toBe('none');
    expect(codeOf(sign(NEW))).toBe('none');
    expect(codeOf(`${sign('x'.repeat(32))}, ${sign(NEW)}`)).toBe('none');
    expect(codeOf(sign(OLD), seconds(), [NEW])).toBe('signature-invalid');
  });

  it.each([
    ['no signature', undefined, seconds()],
    ['no timestamp', sign(NEW), undefined],
    ['a timestamp that is none', sign(NEW), '1e9'],
    ['another scheme', sign(NEW).replace('v1', 'v0'), seconds()],
    ['half a signature', sign(NEW).slice(0, 40), seconds()],
    ['a time that was not signed', sign(NEW), seconds(1)],
  ])('refuses %s', (_case, signature, timestamp) => {
    const request = { timestamp, signature, body: BODY };
    expect(() => verifyWebhook(request, [NEW], NOW)).toThrow(/signature-invalid/);
  });

  it('takes five minutes either way and no more', () => {
    for (const offset of [-300, 300])
      expect(codeOf(sign(NEW, seconds(offset)), seconds(offset))).toBe('none');
    for (const offset of [-301, 301])
      expect(codeOf(sign(NEW, seconds(offset)), seconds(offset))).toBe('signature-stale');
  });

  it('any changed byte of the body is refused', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (body, at, by) => {
          const altered = Uint8Array.from(body);
          const index = at % body.length;
          altered[index] = (altered[index] ?? 0) ^ by;
          expect(codeOf(sign(NEW, seconds(), body), seconds(), [NEW], body)).toBe('none');
          expect(codeOf(sign(NEW, seconds(), body), seconds(), [NEW], altered)).toBe('signature-invalid');
        },
      ),
    );
  });
});

describe('registrations', () => {
  it('read their secrets from files and refuse a short one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bailiwick-webhook-'));
    try {
      const [long, short] = [join(folder, 'long'), join(folder, 'short')];
      writeFileSync(long, `${NEW}\n`);
      writeFileSync(short, 'short');
      const hook = { id: 'w1', tenant: 'atlas', purpose: 'case-triage', source: '/crm' };
      const webhook = new WebhookRegistrations([{ ...hook, secretFile: [long] }]).get('w1');
      expect(webhook).toMatchObject({ secrets: [NEW], producer: { id: 'webhook/w1', tenant: 'atlas' } });
      expect(() => new WebhookRegistrations([{ ...hook, secretFile: [short] }])).toThrow(/config-invalid/);
      expect(() => new WebhookRegistrations([]).get('w1')).toThrow(/webhook-unknown/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
