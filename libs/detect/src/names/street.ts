import type { Reading, Word } from '../reading.js';
import { WordList } from '../vocabulary.js';
import { PARTICLES } from './cues.js';
import {
  ADDRESS_CUES,
  STREET_AFTER,
  STREET_BEFORE,
  STREET_BEFORE_WEAK,
  STREET_ENDING,
  STREET_ENDING_SURE,
  STREET_SURE,
  UNITS,
} from './street-words.js';
import type { KnownWords } from './known-words.js';

/** A street, with its number where it has one: words `first` to `last`. */
export interface Street {
  readonly first: number;
  readonly last: number;
  readonly numbered: boolean;
  /** It looks like an address only if a place follows. */
  readonly guess?: true;
}

/** Words that the name of a street has beside its type. */
const NAME_MOST = 5;
const NUMBER = /^\d{1,5}(?:[a-z]|bis|ter)?$/;
const SMALL = new WordList('of the l d sur sous aux a n s dr st na no nr n');
const NUMBER_SIGNS = new WordList('n no nr num numero s');

/** The street that the word at this place is the type or the first number of. */
export function streetAt(reading: Reading, known: KnownWords, at: number): Street | null {
  const word = reading.words[at];
  if (!word || word.end - word.start > 40) return null;
  const { folded, shape } = word;
  if (shape === 'digits' || shape === 'alphanumeric')
    return NUMBER.test(folded) ? numberFirst(reading, known, at) : null;
  // `5th Avenue` before `avenue Foch`
  if (STREET_AFTER.has(word) && (shape !== 'lower' || STREET_SURE.has(word))) {
    const found = typeLast(reading, at);
    if (found) return found;
  }
  if (STREET_BEFORE.has(word)) {
    const found = typeFirst(reading, at);
    if (found) return found;
  }
  if (shape === 'lower' && !STREET_SURE.has(word)) return null;
  if (folded.length > 5 && STREET_ENDING.test(folded)) return compound(reading, known, at);
  return null;
}

/** `12 Lord Street`, `Berliner Straße 12`, `Lord Street`. */
function typeLast(reading: Reading, at: number): Street | null {
  let first = at;
  while (first > 0 && at - first < NAME_MOST && isName(reading, first - 1, / |-|'|’|\. /y)) first--;
  const named = first < at;
  const after = numberAfter(reading, at);
  if (named && isNumber(reading, first - 1, / |, /y))
    return { first: first - 1, last: after ?? at, numbered: true };
  if (named && after !== null) return { first, last: after, numbered: true };
  const type = reading.words[at];
  if (named && at - first < 4 && type?.shape === 'title' && STREET_SURE.has(type))
    return { first, last: at, numbered: false };
  return null;
}

/** `Hauptstraße 5`, `Karl-Marx-Allee 12a`. */
function compound(reading: Reading, known: KnownWords, at: number): Street | null {
  let first = at;
  while (first > 0 && at - first < NAME_MOST && isName(reading, first - 1, /-/y)) first--;
  const after = numberAfter(reading, at);
  const word = reading.words[at];
  if (after !== null && (known.uses[at] ?? 0) < 3) return { first, last: after, numbered: true };
  if (word && STREET_ENDING_SURE.test(word.folded) && (known.uses[at] ?? 0) < 2 && first <= at)
    return { first, last: at, numbered: false };
  return null;
}

/** `12 rue de la Paix`, `Calle Mayor, 3`, `ul. Długa 5/7`. */
function typeFirst(reading: Reading, at: number): Street | null {
  const { words } = reading;
  const type = words[at];
  if (!type) return null;
  let last = at;
  let capital = false;
  while (last - at <= NAME_MOST) {
    const next = words[last + 1];
    if (!next || UNITS.has(next) || !joined(reading, last, / |\. ?|-|'|’| d'| l'/y)) break;
    const isCapital = next.shape === 'title' || next.shape === 'upper' || next.shape === 'mixed';
    const small = PARTICLES.has(next) || SMALL.has(next);
    const dated =
      /^\d{1,2}$/.test(next.folded) && words[last + 2]?.shape === 'title' && joined(reading, last + 1, / /y);
    if (!isCapital && !small && !dated) break;
    if (isCapital) capital = true;
    last++;
  }
  while (last > at && words[last]?.shape === 'lower') last--;
  if (!capital) return null;
  const before = isNumber(reading, at - 1, / |, | ?bis,? /y);
  const after = numberAfter(reading, last, true);
  const weak = STREET_BEFORE_WEAK.has(type);
  if (before) return { first: at - 1, last, numbered: true };
  if (after !== null && (!weak || type.shape !== 'lower' || reading.text[type.end] === '.'))
    return { first: at, last: after, numbered: true };
  return weak || type.shape === 'lower' ? null : { first: at, last, numbered: false };
}

/** `4131 Kemmer Islands`: an address only if a place or a unit follows, or somebody says so. */
function numberFirst(reading: Reading, known: KnownWords, at: number): Street | null {
  const { words, text } = reading;
  let last = at;
  while (
    last - at < 4 &&
    words[last + 1] &&
    joined(reading, last, / |\. |-|'/y) &&
    words[last + 1]?.shape === 'title'
  )
    last++;
  if (last === at) {
    // `Kirchenallee 37` behind a word that says that an address comes.
    const name = words[at - 1];
    if (!name || name.shape !== 'title' || !joined(reading, at - 1, / /y)) return null;
    let first = at - 1;
    while (
      first > 0 &&
      at - first < 4 &&
      isName(reading, first - 1, / |-/y) &&
      words[first - 1]?.shape === 'title'
    )
      first--;
    const cued = ADDRESS_CUES.test(
      text.slice(Math.max(0, (words[first]?.start ?? 0) - 48), words[first]?.start),
    );
    return {
      first,
      last: withSuffix(reading, at),
      numbered: true,
      ...(cued ? {} : { guess: true as const }),
    };
  }
  for (let type = at + 2; type <= last; type++)
    if (STREET_AFTER.has(words[type])) return { first: at, last: type, numbered: true };
  const word = words[at];
  const cued = ADDRESS_CUES.test(text.slice(Math.max(0, (word?.start ?? 0) - 48), word?.start));
  return { first: at, last, numbered: true, ...(cued ? {} : { guess: true as const }) };
}

function isName(reading: Reading, at: number, joint: RegExp): boolean {
  const word = reading.words[at];
  if (!word || !joined(reading, at, joint)) return false;
  if (word.shape === 'lower')
    return (
      word.folded === 'of' ||
      word.folded === 'the' ||
      word.folded === 'van' ||
      word.folded === 'den' ||
      word.folded === 'de' ||
      word.folded === 'der'
    );
  return (
    word.shape !== 'digits' && (word.shape !== 'alphanumeric' || /^\d{1,3}(?:st|nd|rd|th)$/.test(word.folded))
  );
}

/** Whether exactly this stands between a word and the next. */
export function joined({ words, text }: Reading, at: number, joint: RegExp): boolean {
  const left = words[at]?.end;
  const right = words[at + 1]?.start;
  if (left === undefined || right === undefined || right - left > 6) return false;
  joint.lastIndex = left;
  return joint.test(text) && joint.lastIndex === right;
}

function isNumber(reading: Reading, at: number, joint: RegExp): boolean {
  const word: Word | undefined = reading.words[at];
  return word !== undefined && NUMBER.test(word.folded) && joined(reading, at, joint);
}

/** Index of the last word of the house number behind a word; null when there is none. */
function numberAfter(reading: Reading, at: number, comma = false): number | null {
  const { words } = reading;
  let next = at + 1;
  const sign = words[next];
  if (sign && NUMBER_SIGNS.has(sign) && joined(reading, at, /,? /y) && joined(reading, next, /[.°º]? ?/y))
    next++;
  const word = words[next];
  if (!word || !NUMBER.test(word.folded) || word.folded.length > 5) return null;
  if (next === at + 1 && !joined(reading, at, comma ? /,? |, ?n[°º] ?/y : / |\. |\.| /y)) return null;
  return withSuffix(reading, next);
}

/** `12-14`, `5/7`, `12 a`. */
function withSuffix(reading: Reading, at: number): number {
  const next = reading.words[at + 1];
  if (!next) return at;
  if (/^(?:\d{1,4}[a-z]?|[a-z])$/.test(next.folded) && joined(reading, at, /[-/–]/y)) return at + 1;
  return /^[a-h]$/.test(next.folded) &&
    next.shape === 'lower' &&
    joined(reading, at, / /y) &&
    next.folded !== 'a'
    ? at + 1
    : at;
}
