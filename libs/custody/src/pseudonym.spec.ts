import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pseudonymiser, pseudonymsIn, restorePseudonyms } from './pseudonym.js';

const key = Buffer.alloc(32, 7);
const value = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .filter((text) => !/[⟦⟧]/.test(text));
const entity = fc.constantFrom('PERSON', 'EMAIL_ADDRESS', 'IBAN_CODE', 'UK_NINO');

describe('pseudonyms', { timeout: 60_000 }, () => {
  it('round-trip through any text and JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(value, entity, value), { maxLength: 8 }), (parts) => {
        const maker = new Pseudonymiser(key);
        const made = parts.map(([text, kind, personal]) => [text, maker.pseudonym(kind, personal)] as const);
        const known = maker.entries();
        const expected = made.map(([text, pseudonym]) => text + known.get(pseudonym)).join('');
        const json = { note: [made.flat().join('')], kept: 1 };
        const { value: restored, restored: count, unknown } = restorePseudonyms(json, known);
        expect(restored).toEqual({ note: [expected], kept: 1 });
        expect([count, unknown]).toEqual([parts.length, 0]);
        expect(pseudonymsIn(json)).toEqual(new Set(known.keys()));
      }),
    );
  });

  it('have a fixed length, are never prefixes of each other, and hold nothing of the value', () => {
    fc.assert(
      fc.property(entity, fc.uniqueArray(value, { minLength: 2 }), (kind, values) => {
        const maker = new Pseudonymiser(key);
        const all = [...new Set(values.map((each) => maker.pseudonym(kind, each)))];
        for (const one of all) {
          expect(one).toMatch(/^⟦[A-Z_]+·[a-z2-7]{12}⟧$/);
          expect(all.filter((other) => other.startsWith(one))).toEqual([one]);
        }
      }),
    );
  });

  it('are the same for a value however it is written, and other for another entity, value or tenant', () => {
    const maker = new Pseudonymiser(key);
    const one = maker.pseudonym('PERSON', 'Anna Müller');
    expect(maker.pseudonym('PERSON', '  ANNA\tMu\u0308ller ')).toBe(one);
    expect(maker.pseudonym('PERSON', 'Anna Mueller')).not.toBe(one);
    expect(maker.pseudonym('LOCATION', 'Anna Müller').slice(-14)).not.toBe(one.slice(-14));
    expect(new Pseudonymiser(Buffer.alloc(32, 8)).pseudonym('PERSON', 'Anna Müller')).not.toBe(one);
    expect(maker.entries().get(one)).toBe('Anna Müller');
  });

  it('that are not known are left as they are, and counted', () => {
    const foreign = '⟦PERSON·aaaaaaaaaaaa⟧';
    expect(restorePseudonyms(`Dear ${foreign}`, new Map())).toEqual({
      value: `Dear ${foreign}`,
      restored: 0,
      unknown: 1,
    });
  });
});
