import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDetector } from '../detector.js';
import { Reading } from '../reading.js';
import { identity } from './identity.js';
import { addSlips, isOneSlip, misspelt } from './misspelling.js';

const SCOPE = { countries: null, level: 'standard' } as const;
const KNOWN = [
  { entity: 'PERSON', value: 'Jörg Wiśniewski' },
  { entity: 'PERSON', value: 'Annika Kowalska' },
  { entity: 'PERSON', value: 'Marek van der Meulen' },
];
const found = (text: string): string[] =>
  [...identity.find(new Reading(text), { ...SCOPE, identities: KNOWN })].map(({ start, end }) =>
    text.slice(start, end),
  );

describe('the people of a record are found in its texts', () => {
  it.each([
    ['by initials', 'J. Wisniewski and A. Kowalska', ['J. Wisniewski', 'A. Kowalska']],
    ['with the initial behind', 'Kowalska, A. called', ['Kowalska, A']],
    ['in the genitive', 'Jörgs Vertrag, Annikas contract', ['Jörgs', 'Annikas']],
    [
      'in Polish cases',
      'rozmowa z Markiem i Wiśniewskim, dla Kowalskiej',
      ['Markiem', 'Wiśniewskim', 'Kowalskiej'],
    ],
    ['with a possessive', 'Annika’s card', ['Annika']],
    ['with a slip', 'Anniak Kowalksa wrote', ['Anniak Kowalksa']],
    [
      'in a handle',
      'see @jwisniewski, akowalska23 and joerg_wisniewski',
      ['jwisniewski', 'akowalska23', 'joerg_wisniewski'],
    ],
    ['as the one who signs', 'Best\nAK', ['AK']],
  ])('%s', (_, text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each(['the AK model', 'a joke of Mark', 'meulenkamp and Jorgensen', 'Anni ate'])(
    'and not in %s',
    (text) => {
      expect(found(text)).toEqual([]);
    },
  );

  it('is surer than any guess', () => {
    const [span] = createDetector()('Annika Kowalska called', KNOWN);
    expect(span).toMatchObject({ recogniser: 'identity', entity: 'PERSON', start: 0, end: 15 });
  });
});

describe('one slip', () => {
  const letters = fc.constantFrom('a', 'b', 'd', 'e', 'i', 'k', 'l', 'm', 'n', 'o', 'r', 's', 't');
  const word = fc.array(letters, { minLength: 6, maxLength: 14 }).map((list) => list.join(''));
  /** A letter left out, put in, replaced, or exchanged with the next. */
  const slip = (text: string, kind: number, at: number, letter: string): string => {
    const head = text.slice(0, at);
    if (kind === 0) return head + text.slice(at + 1);
    if (kind === 1) return head + letter + text.slice(at);
    if (kind === 2) return head + letter + text.slice(at + 1);
    return head + (text[at + 1] ?? '') + (text[at] ?? '') + text.slice(at + 2);
  };

  it('is found wherever it is, and two are not', () => {
    fc.assert(
      fc.property(word, fc.nat(3), fc.nat(12), letters, word, (name, kind, at, letter, other) => {
        const slips = new Map<string, string[]>();
        addSlips(name, slips);
        const written = slip(name, kind, at % (name.length - 1), letter);
        if (written !== name) expect(misspelt(written, slips)).toBe(name);
        expect(misspelt(other, slips) !== null).toBe(isOneSlip(other, name));
      }),
    );
  });
});
