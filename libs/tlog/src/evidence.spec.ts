import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatEvidence, parseEvidence } from './evidence-bundle.js';
import { soundBundle, TAMPERINGS, trust } from './evidence.test-kit.js';
import { verifyReceiptSignature } from './receipt-signature.js';
import { verifyEvidence } from './verify-evidence.js';

const text = formatEvidence(soundBundle);
const failing = (bundle: string, trusted?: typeof trust): string[] =>
  verifyEvidence(bundle, trusted).statements.flatMap(({ name, ok }) => (ok ? [] : [name]));

describe('evidence', () => {
  it('holds, statement by statement, with keys that the verifier trusts', () => {
    const { ok, statements } = verifyEvidence(text, trust);
    expect(statements.map((statement) => `${statement.ok} ${statement.name}`)).toEqual([
      'true format',
      'true keys',
      'true checkpoint',
      'true signature',
      'true cosignatures',
      'true consistency',
      'true entry 5',
      'true entry 511',
      'true receipt 1',
    ]);
    expect(ok).toBe(true);
    for (const { sentence } of statements) expect(sentence).toMatch(/^[A-Z0-9].*\.$/);
  });

  it('says that its keys are its own where the verifier trusts none', () => {
    const keys = verifyEvidence(text).statements.find(({ name }) => name === 'keys');
    expect(keys).toMatchObject({ ok: true, sentence: expect.stringContaining("the bundle's own") as string });
  });

  it('does not hold with keys that the verifier does not trust, or fewer witnesses than it wants', () => {
    for (const distrust of [
      { ...trust, keys: trust.keys.slice(1) },
      { ...trust, routerKeys: [] },
      { ...trust, quorum: 3 },
    ])
      expect(failing(text, distrust)).toEqual(['keys']);
  });

  it('is read back as it was written', () => {
    const parsed = parseEvidence(text);
    expect(parsed.ok && formatEvidence(parsed.value)).toBe(text);
  });

  it.each(TAMPERINGS)('fails with %s', (_, bundle, statements) => {
    expect(failing(bundle)).toEqual(statements);
  });

  it('fails with any change of any character of a receipt', () => {
    const [receipt = ''] = soundBundle.receipts ?? [];
    const keys = soundBundle.routerKeys?.keys ?? [];
    expect(verifyReceiptSignature(receipt, keys)).toEqual({ ok: true, kid: 'router-1' });
    fc.assert(
      fc.property(fc.string(), fc.nat(receipt.length - 1), (any, at) => {
        const changed = `${receipt.slice(0, at)}${any}${receipt.slice(at + 1)}`;
        fc.pre(changed !== receipt);
        expect(verifyReceiptSignature(changed, keys).ok).toBe(false);
        expect(verifyReceiptSignature(any, keys).ok).toBe(false);
      }),
    );
  });

  it('says where a malformed bundle is wrong, and nothing of what stands there', () => {
    const [, wrong = ''] = TAMPERINGS.find(([what]) => what === 'a key with another id') ?? [];
    expect(parseEvidence(wrong)).toEqual({
      ok: false,
      reason: 'evidence-malformed',
      where: 'bundle.logKeys[1].key is not a key of type note',
    });
  });

  it('is malformed, or fails, or is the same, with any part replaced', () => {
    const part = fc.constantFrom('null', '[]', '{}', '""', '-1', '1.5', '"x"', 'true', '[[]]');
    const places = [...text.matchAll(/(?<=: )(?:\d+|"[^"]*"|\[\]|true)/g)];
    fc.assert(
      fc.property(fc.constantFrom(...places), part, (place, value) => {
        const changed = `${text.slice(0, place.index)}${value}${text.slice(place.index + place[0].length)}`;
        expect(verifyEvidence(changed).statements.length).toBeGreaterThan(0);
        // Of all that can be replaced, only where a key's span begins may hold as well.
        if (verifyEvidence(changed).ok)
          expect(text.slice(place.index - 12, place.index)).toMatch(/(from|until)/);
      }),
      { numRuns: 60 },
    );
    fc.assert(
      fc.property(fc.json(), (any) => {
        expect(verifyEvidence(any).ok).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});
