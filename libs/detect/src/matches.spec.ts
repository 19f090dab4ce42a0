import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detect } from './detect.js';
import { OpenedPattern } from './matches.js';
import { Reading } from './reading.js';
import { WordList } from './vocabulary.js';

const SOURCE = String.raw`(?<![\p{L}\p{N}])(?:api[ _-]?key|hasło|pin code)[ :=]{1,3}(\S{2,9})`;
const WORDS = new WordList('api apikey haslo pin');
const pattern = new OpenedPattern(new RegExp(SOURCE, 'iu'), (word) => WORDS.has(word));

const pieces = [
  'api',
  'API',
  'key',
  '_',
  '-',
  ' ',
  ' ',
  ':',
  '= ',
  'hasło',
  'HASŁO',
  'pin code',
  'x',
  '7',
  '\u0301',
  'a\u0301',
  '\u093f',
  'ab12',
  '\u212a',
  '.',
];
const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 24 }).map((all) => all.join(''));

describe('a pattern that words open', () => {
  it('finds what a search of the whole text finds, whatever the text is made of', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const found = pattern.matches(new Reading(text)).map(({ index, 0: match }) => [index, match]);
        const all = [...text.matchAll(new RegExp(SOURCE, 'giu'))].map(({ index, 0: match }) => [
          index,
          match,
        ]);
        expect(found).toEqual(all);
      }),
      { numRuns: 2000 },
    );
  });

  it('finds a label glued to a decomposed letter, and a word of birth glued to a number', () => {
    const entities = (text: string): readonly string[] => detect(text).map(({ entity }) => entity);
    expect(entities('a\u0301password: Hunter2xyz!')).toContain('PASSWORD');
    expect(entities('1990née 11.1.1980')).toContain('DATE_OF_BIRTH');
  });
});
