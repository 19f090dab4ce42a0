import type { Reading } from '../reading.js';
import type { Finding } from '../recogniser.js';
import type { KnownWords } from './known-words.js';
import { COMPANY, firstName, place, surname } from './lexicon.js';
import { isLegalForm } from './surroundings.js';

/** Words with capitals that a firm's name has before its legal form. */
const WORDS_MOST = 5;

/** Organisations by their legal form, and well-known ones by name. */
export function* organisations(reading: Reading, known: KnownWords): Iterable<Finding> {
  const { words, text } = reading;
  let from = 0;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (!word || word.shape === 'lower') continue;
    if (at > 0 && isLegalForm(reading, at)) {
      let first = at;
      while (first > from && at - first < WORDS_MOST && belongs(reading, first - 1)) first--;
      if (first < at) {
        yield {
          start: words[first]?.start ?? 0,
          end: word.end,
          entity: 'ORGANIZATION',
          score: 0.85,
          evidence: ['pattern'],
        };
        from = at + 1;
      }
      continue;
    }
    const lexeme = known.lexemes[at] ?? 0;
    const isKnown = (lexeme & COMPANY) !== 0 && known.uses[at] === 0;
    if (
      isKnown &&
      firstName(lexeme) < 3 &&
      surname(lexeme) < 4 &&
      place(lexeme) < 4 &&
      text.length > word.end - word.start
    )
      yield {
        start: word.start,
        end: word.end,
        entity: 'ORGANIZATION',
        score: 0.6,
        evidence: ['dictionary'],
      };
  }
}

function belongs({ words, text }: Reading, at: number): boolean {
  const word = words[at];
  const next = words[at + 1];
  if (!word || !next) return false;
  const gap = text.slice(word.end, next.start);
  return word.shape !== 'lower' && word.shape !== 'digits' && /^(?: | ?& ?|-|, |\. )$/.test(gap);
}
