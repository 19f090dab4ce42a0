import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PseudonymStream } from './pseudonym-stream.js';
import { Pseudonymiser, restorePseudonyms } from './pseudonym.js';

const maker = new Pseudonymiser(Buffer.alloc(32, 7));
const NAMES = ['Anna Müller', 'Bela Kovács', 'Straße 1, Köln', 'x@example.com'];
const made = NAMES.map((name, index) => maker.pseudonym(['PERSON', 'UK_NINO'][index % 2] ?? '', name));
const known = maker.entries();

/** How models have been seen to write a mark that they were asked to copy. */
const rewritten: readonly ((pseudonym: string) => string)[] = [
  (p) => p,
  (p) => p.replace('⟦', '[').replace('⟧', ']'),
  (p) => p.replace('⟦', '[[').replace('⟧', ']]'),
  (p) => p.replace('⟦', '').replace('⟧', ''),
  (p) => p.replace('·', ' · '),
  (p) => p.replace('·', ':'),
  (p) => p.toLowerCase(),
  (p) => p.toUpperCase(),
  (p) => `${p.replace('⟦', '⟦ ').replace('⟧', ' ⟧')}`,
];
const anyPiece = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom('⟦', '⟧', 'PERSON', '·', ' ', 'PERSON·', 'abcdefghijkl', '[', ']', ', ', '. '),
  fc
    .tuple(fc.constantFrom(...made), fc.constantFrom(...rewritten))
    .map(([pseudonym, rewrite]) => rewrite(pseudonym)),
);
const anyAnswer = fc.array(anyPiece, { maxLength: 12 }).map((pieces) => pieces.join(''));

describe('F6 pseudonyms survive a model that', () => {
  it.each(rewritten.map((rewrite) => [rewrite(made[0] ?? '')]))('writes %s', (written) => {
    for (const [before, after] of [
      ['Dear ', ', we'],
      ['“', '”'],
      ['(', ')’s order'],
      ['**', '**'],
    ])
      expect(restorePseudonyms(`${before}${written}${after}`, known).value).toContain('Anna Müller');
  });

  it('inflects them, repeats them and changes their order', () => {
    const [anna, bela] = made;
    const answer = `${bela}s Brief an ${anna}, von ${bela}: "${anna}"`;
    expect(restorePseudonyms(answer, known)).toEqual({
      value: 'Bela Kovácss Brief an Anna Müller, von Bela Kovács: "Anna Müller"',
      restored: 4,
      unknown: 0,
    });
  });

  it('sends its answer in pieces that are cut anywhere', () => {
    fc.assert(
      fc.property(anyAnswer, fc.array(fc.nat(400), { maxLength: 20 }), (answer, cuts) => {
        const stream = new PseudonymStream(known);
        let given = '';
        let from = 0;
        for (const cut of cuts.map((at) => Math.min(at, answer.length)).toSorted((a, b) => a - b)) {
          given += stream.push(answer.slice(from, cut));
          from = cut;
        }
        given += stream.push(answer.slice(from)) + stream.end();
        expect(given).toBe(restorePseudonyms(answer, known).value);
      }),
      { numRuns: 1000 },
    );
  });

  it('in prose waits for the end of a word only', () => {
    const stream = new PseudonymStream(known);
    expect(stream.push('We have written to you tod')).toBe('We have written to you ');
    expect(stream.push('ay, and')).toBe('today, ');
    expect(stream.end()).toBe('and');
  });

  it('leaves what it invents as it is', () => {
    expect(restorePseudonyms('see [PERSON·aaaaaaaaaaaa] and chapter.introduction', known).value).toBe(
      'see [PERSON·aaaaaaaaaaaa] and chapter.introduction',
    );
  });
});
