import type { Reading, Word } from '../reading.js';
import { WordList } from '../vocabulary.js';
import { ARTICLES, GREETINGS, HONORIFICS, PARTICLES } from './cues.js';
import { firstName, surname } from './lexicon.js';
import type { KnownWords } from './known-words.js';

/** A word that could be part of a name. */
export interface Candidate {
  /** Index among the words of the reading. */
  readonly at: number;
  /** One capital by itself, as in `J. R. Smith`. */
  readonly initial: boolean;
  /** How it hangs on the candidate before: not at all, by a space, over particles, by a hyphen or an apostrophe. */
  readonly link: 'none' | 'space' | 'particle' | 'hyphen';
  /** Written without a capital: names are then held to more. */
  readonly lower: boolean;
}

/** Particles that a surname may have: `van der`, `de la`. */
const PARTICLES_MOST = 3;
/** Part of an address, a path or a handle, and not of a sentence. */
const JOINT = /[@_/\\#=]/;

/** The words that could belong to names, in order. */
export function candidatesOf(reading: Reading, known: KnownWords): readonly Candidate[] {
  const { words, text } = reading;
  const found: Candidate[] = [];
  let last = -1;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (!word || !mayBeName(word, at, known, reading)) continue;
    if (JOINT.test(text[word.start - 1] ?? '') || JOINT.test(text[word.end] ?? '')) continue;
    const link = last === -1 ? 'none' : linkBetween(reading, last, at, found.at(-1)?.initial === true);
    found.push({ at, initial: word.end - word.start === 1, link, lower: word.shape === 'lower' });
    last = at;
  }
  return found;
}

function mayBeName(word: Word, at: number, known: KnownWords, reading: Reading): boolean {
  const { text } = reading;
  const { shape, start, end } = word;
  if (shape === 'digits' || shape === 'alphanumeric') return false;
  const lexeme = known.lexemes[at] ?? 0;
  if (shape === 'lower')
    return (
      end - start > 2 &&
      lexeme !== 0 &&
      (known.uses[at] ?? 0) < (known.letters === 'lower' ? 2 : 1) &&
      (firstName(lexeme) >= 4 || surname(lexeme) >= 4) &&
      !isNoName(word, reading)
    );
  if (end - start > 1 && isNoName(word, reading)) return false;
  if (end - start === 1) return shape === 'upper' || text[start] !== text[start]?.toLowerCase();
  if (shape === 'upper' && known.letters !== 'upper')
    return end - start > 2 && (firstName(lexeme) >= 3 || surname(lexeme) >= 3);
  if (shape === 'mixed') return /^\p{Lu}/u.test(text[start] ?? '');
  return true;
}

/** Articles that names have too. */
const OF_NAMES = new WordList('de la le');
const isNoName = (word: Word, reading: Reading): boolean =>
  (ARTICLES.has(word, reading) || GREETINGS.has(word, reading) || HONORIFICS.has(word, reading)) &&
  !OF_NAMES.has(word);

function linkBetween(
  { words, text }: Reading,
  from: number,
  to: number,
  initial: boolean,
): Candidate['link'] {
  for (let at = from + 1; at < to; at++) if (!PARTICLES.has(words[at])) return 'none';
  if (to - from - 1 > PARTICLES_MOST) return 'none';
  let hyphen = false;
  for (let at = from; at < to; at++) {
    const left = words[at]?.end ?? 0;
    const right = words[at + 1]?.start ?? 0;
    if (right - left > 2) return 'none';
    const gap = text.slice(left, right);
    if (gap === '-' || gap === "'" || gap === '’' || gap === '‑') hyphen = true;
    else if (gap === ' ' || gap === '\u00a0') continue;
    else if (!(initial && at === from && (gap === '. ' || gap === '.'))) return 'none';
  }
  return to - from > 1 ? 'particle' : hyphen ? 'hyphen' : 'space';
}
