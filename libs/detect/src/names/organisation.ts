import type { Reading } from '../reading.js';
import type { Finding } from '../recogniser.js';
import { WordList } from '../vocabulary.js';
import type { KnownWords } from './known-words.js';
import { COMPANY, firstName, place, surname } from './lexicon.js';
import { legalFormAt } from './surroundings.js';

/** Words with capitals that a firm's name has before its legal form. */
const WORDS_MOST = 5;

/** Organisations by their legal form, and well-known ones by name. */
export function* organisations(reading: Reading, known: KnownWords): Iterable<Finding> {
  const { words, text } = reading;
  let from = 0;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (!word) continue;
    const form = at > 0 ? legalFormAt(reading, at) : null;
    if (form !== null) {
      const first = firstOf(reading, at, from);
      if (first < at) {
        yield {
          start: words[first]?.start ?? 0,
          end: words[form]?.end ?? word.end,
          entity: 'ORGANIZATION',
          score: 0.85,
          evidence: ['pattern'],
        };
        from = form + 1;
      }
      continue;
    }
    if (word.shape === 'lower') continue;
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

/** Where the name before a legal form begins: at a capital, over the small words that join names. */
function firstOf(reading: Reading, form: number, from: number): number {
  let first = form;
  for (let at = form - 1; at >= from && form - at <= WORDS_MOST && belongs(reading, at); at--)
    if (reading.words[at]?.shape !== 'lower') first = at;
  return first;
}

const JOINING = new WordList('et und and y e en i');

function belongs({ words, text }: Reading, at: number): boolean {
  const word = words[at];
  const next = words[at + 1];
  if (!word || !next) return false;
  const gap = text.slice(word.end, next.start);
  if (word.shape === 'lower') return gap === ' ' && JOINING.has(word);
  return word.shape !== 'digits' && /^(?: | ?& ?|-|, |\. | - )$/.test(gap);
}
