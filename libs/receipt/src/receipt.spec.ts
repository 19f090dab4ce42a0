import fc from 'fast-check';
import { compactVerify, decodeProtectedHeader, importJWK, SignJWT } from 'jose';
import { createHash, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalJson, receiptClaims, ReceiptClaims, type ReceiptDraft } from './receipt-claims.js';
import { SigningKey } from './receipt-key.js';
import { ReceiptSigner } from './receipt-signer.js';
import {
  RECEIPT_VIOLATIONS,
  signedClaims,
  verifyReceipt,
  type ReceiptExpectations,
} from './verify-receipt.js';

const newKey = (kid: string): SigningKey =>
  SigningKey.parse({ ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }), kid });

const jwk = newKey('router-1');
const signer = new ReceiptSigner(jwk);
const keys = [new ReceiptSigner(newKey('router-0')).publicKey, signer.publicKey];

const NOW = Date.UTC(2026, 10, 23, 9);
const digest = createHash('sha256').update('minimised').digest();
const draft: ReceiptDraft = {
  issuer: 'spiffe://bailiwick.local/eu-central/residency-router',
  decision: {
    outcome: 'allow',
    reasons: ['transfer-permitted'],
    basis: 'scc',
    pool: 'us-shared',
    region: 'us-east',
    jurisdiction: 'us',
  },
  event: 'evt_1',
  tenant: 'atlas',
  purpose: 'triage',
  purposeVersion: 2,
  from: { region: 'eu-central', jurisdiction: 'eu' },
  profileVersion: 3,
  policyDigest: 'f'.repeat(64),
  payloadDigest: digest,
  highestSensitivity: 'Internal',
  categories: ['free-text', 'contact'],
  now: NOW,
  lifetimeMs: 60_000,
};
const expected: ReceiptExpectations = {
  eventId: 'evt_1',
  tenant: 'atlas',
  purpose: 'triage',
  pool: 'us-shared',
  jurisdiction: 'us',
  digest,
  now: NOW + 1000,
};
const receipt = signer.sign(receiptClaims(draft));
const base64url = (text: string): string => Buffer.from(text).toString('base64url');

/** Signs any header and payload, as somebody with the key but without this library could. */
function signRaw(header: string, payload: string, key = jwk): string {
  const input = `${base64url(header)}.${base64url(payload)}`;
  const { kty, crv, x, d } = key;
  const signature = sign(
    null,
    Buffer.from(input),
    createPrivateKey({ format: 'jwk', key: { kty, crv, x, d } }),
  );
  return `${input}.${signature.toString('base64url')}`;
}
const HEADER = '{"alg":"EdDSA","kid":"router-1","typ":"bailiwick-receipt+jws"}';

describe('a receipt', () => {
  it('holds for the record, pool, jurisdiction and content it was issued for', () => {
    expect(verifyReceipt(receipt, keys, expected)).toEqual({ ok: true, claims: receiptClaims(draft) });
  });

  it('verifies with a standard tool and public keys only', async () => {
    const { payload } = await compactVerify(receipt, await importJWK({ ...signer.publicKey }, 'EdDSA'));
    expect(ReceiptClaims.parse(JSON.parse(Buffer.from(payload).toString()))).toEqual(receiptClaims(draft));
    expect(decodeProtectedHeader(receipt)).toEqual({
      alg: 'EdDSA',
      kid: 'router-1',
      typ: 'bailiwick-receipt+jws',
    });
  });

  it('is the same for the same decision, so that a repeat states nothing new', () => {
    expect(signer.sign(receiptClaims({ ...draft, categories: ['contact', 'free-text'] }))).toBe(receipt);
    expect(receiptClaims({ ...draft, now: NOW + 1000 }).jti).not.toBe(receiptClaims(draft).jti);
  });

  it('also states refusals, which anyone can check but nobody can use', () => {
    const hold = receiptClaims({
      ...draft,
      decision: { outcome: 'hold', reasons: ['no-pool'], basis: 'none' },
    });
    expect([hold.to, hold.pool, hold.basis]).toEqual([null, null, 'none']);
    const stated = signer.sign(hold);
    expect(signedClaims(stated, keys)).toEqual(hold);
    expect(verifyReceipt(stated, keys, expected)).toEqual({ ok: false, violation: 'receipt-not-allow' });
  });

  it('is verified over the bytes received, also when they are not the bytes we would write', () => {
    const claims = receiptClaims(draft);
    const spaced = signRaw(
      '{ "typ":"bailiwick-receipt+jws", "kid":"router-1", "alg":"EdDSA" }',
      JSON.stringify(claims, null, 1),
    );
    expect(verifyReceipt(spaced, keys, expected)).toEqual({ ok: true, claims });
  });
});

describe('a receipt is refused', { timeout: 60_000 }, () => {
  const violation = (jws: string, differs: Partial<ReceiptExpectations> = {}): string => {
    const verdict = verifyReceipt(jws, keys, { ...expected, ...differs });
    return verdict.ok ? 'ok' : verdict.violation;
  };

  it.each([
    ['receipt-missing', '', {}],
    ['receipt-other-event', receipt, { eventId: 'evt_2' }],
    ['receipt-other-event', receipt, { tenant: 'harbor' }],
    ['receipt-other-event', receipt, { purpose: 'summary' }],
    ['receipt-other-pool', receipt, { pool: 'eu-shared' }],
    ['receipt-other-jurisdiction', receipt, { jurisdiction: 'eu' }],
    ['receipt-altered-payload', receipt, { digest: createHash('sha256').update('more').digest() }],
    ['receipt-altered-payload', receipt, { digest: new Uint8Array() }],
    ['receipt-expired', receipt, { now: NOW + 60_000 }],
    ['receipt-not-yet', receipt, { now: NOW - 60_001 }],
    ['receipt-expired', receipt, { now: Number.NaN }],
    ['receipt-other-pool', receipt, { pool: 'eu-shared', now: NOW + 60_000 }],
  ] as const)('%s', (code, jws, differs) => {
    expect(violation(jws, differs)).toBe(code);
  });

  it('until a clock difference of a minute, and from the second it expires', () => {
    expect(violation(receipt, { now: NOW - 60_000 })).toBe('ok');
    expect(violation(receipt, { now: NOW + 59_999 })).toBe('ok');
  });

  const claims = canonicalJson(receiptClaims(draft));
  const [header = '', payload = '', signature = ''] = receipt.split('.');
  it.each([
    ['not a JWS', 'receipt'],
    ['an unsigned one', `${base64url('{"alg":"none"}')}.${payload}.`],
    ['no signature', `${header}.${payload}.`],
    ['a fourth part', `${receipt}.e30`],
    ['white space around', ` ${receipt}`],
    [
      'another way to write the same signature',
      `${header}.${payload}.${signature.slice(0, -1)}${signature.endsWith('A') ? 'B' : 'R'}`,
    ],
    ['another algorithm', signRaw(HEADER.replace('EdDSA', 'HS256'), claims)],
    ['another type', signRaw(HEADER.replace('receipt+jws', 'control+jws'), claims)],
    ['no type', signRaw('{"alg":"EdDSA","kid":"router-1"}', claims)],
    [
      'a header that brings its own key',
      signRaw(HEADER.replace('{', `{"jwk":${JSON.stringify(signer.publicKey)},`), claims),
    ],
    ['critical extensions', signRaw(HEADER.replace('{', '{"crit":["b64"],"b64":false,'), claims)],
    [
      'a key that is not trusted',
      signRaw(HEADER.replace('router-1', 'router-2'), claims, newKey('router-2')),
    ],
    ['a trusted name with another key', signRaw(HEADER, claims, newKey('router-1'))],
    ['a claim too many', signRaw(HEADER, claims.replace('{', '{"admin":true,'))],
    ['a claim too few', signRaw(HEADER, claims.replace('"tenant":"atlas",', ''))],
    ['claims that are not JSON', signRaw(HEADER, 'claims')],
  ])('receipt-forged: %s', (_, jws) => {
    expect(violation(jws)).toBe('receipt-forged');
  });

  it('receipt-forged: a JWT that somebody else signed the standard way', async () => {
    const jwt = await new SignJWT({ ...receiptClaims(draft) })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'router-1', typ: 'bailiwick-receipt+jws' })
      .sign(generateKeyPairSync('ed25519').privateKey);
    expect(violation(jwt)).toBe('receipt-forged');
  });

  it('receipt-forged: any change of any character', () => {
    fc.assert(
      fc.property(
        fc.nat(receipt.length - 1),
        fc.constantFrom('A', 'Z', 'a', 'z', '0', '9', '-', '_', '.', '='),
        (index, character) => {
          fc.pre(receipt[index] !== character);
          expect(violation(receipt.slice(0, index) + character + receipt.slice(index + 1))).toBe(
            'receipt-forged',
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('and never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json()), fc.json(), (text, json) => {
        expect(Object.keys(RECEIPT_VIOLATIONS)).toContain(violation(text));
        expect(violation(signRaw(HEADER, json))).toBe('receipt-forged');
      }),
    );
  });
});

describe('signing', () => {
  it('needs a key whose two halves belong together', () => {
    expect(() => new ReceiptSigner({ ...jwk, x: newKey('other').x })).toThrow(TypeError);
  });

  it('takes tens of microseconds', () => {
    const claimed = receiptClaims(draft);
    const micros = (): number => {
      const started = process.threadCpuUsage();
      for (let round = 0; round < 1000; round++) signer.sign(claimed);
      return process.threadCpuUsage(started).user / 1000;
    };
    // The first round warms up. The promise is 60 µs on an idle machine; a shared processor is slower.
    micros();
    expect(micros()).toBeLessThan(120);
  });

  it('writes canonical JSON: names sorted, no spaces, as RFC 8785 for these values', () => {
    expect(canonicalJson({ b: [1, null, 'é'], a: { d: 'x"', c: 2 } })).toBe(
      '{"a":{"c":2,"d":"x\\""},"b":[1,null,"é"]}',
    );
  });
});
