import {
  ARTICLES,
  DEEDS,
  GREETINGS,
  HONORIFICS,
  INTRODUCTIONS,
  LEGAL_FORMS,
  MONTHS,
  PARTICLES,
  PLACE_CUES,
  PRODUCTS,
  RESIDENCE,
  ROLES,
} from '../names/cues.js';
import type { KnownWords } from '../names/known-words.js';
import { COMPANY, firstName, NATIONALITY, place, REGION, surname } from '../names/lexicon.js';
import type { Reading, Shape, Word } from '../reading.js';
import type { Finding } from '../recogniser.js';
import { UNLISTED } from '../vocabulary.js';
import { KINDS } from './labels.js';

/** What the tagger looks at of each word, as so many places in its table of weights. */
export interface Features {
  /** `FEATURES` places a word, one word after the other. */
  readonly places: Int32Array;
  readonly words: number;
}

/** Bits of a place in the table. */
export const TABLE_BITS = 18;

/** Groups of features that training leaves out by turns, so that none is relied upon alone. */
export const GROUPS = ['always', 'words', 'lexicon', 'affixes', 'rules'] as const;
export type Group = (typeof GROUPS)[number];
const groups: Group[] = [];
/** The group of each feature of a word. */
export const GROUP_OF: readonly Group[] = groups;

const SHAPES: Readonly<Record<Shape, number>> = {
  lower: 1,
  title: 2,
  upper: 3,
  mixed: 4,
  digits: 5,
  alphanumeric: 6,
};

/** Sets of words that say the same in every language, and the words of any of them. */
const CUES = [
  HONORIFICS,
  GREETINGS,
  INTRODUCTIONS,
  ROLES,
  DEEDS,
  PRODUCTS,
  ARTICLES,
  MONTHS,
  PARTICLES,
  LEGAL_FORMS,
  RESIDENCE,
  PLACE_CUES,
];

/** The sets that a word is in, as bits. */
function cuesOf(word: Word, reading: Reading): number {
  if (word.row === UNLISTED) return 0;
  let bits = 0;
  for (const [bit, words] of CUES.entries()) if (words.has(word, reading)) bits |= 1 << bit;
  return bits;
}

/** What stands between two words. */
const GAPS: readonly (readonly [RegExp, number])[] = [
  [/^[ \u00A0]$/, 1],
  [/^-$/, 2],
  [/^['’]$/, 3],
  [/^\n|\n$|\n/, 4],
  [/^ ?, ?$/, 5],
  [/^ ?[.!?] /, 6],
  [/^\. ?$/, 7],
  [/^ ?[:=] ?$/, 8],
  [/^ ?& ?$/, 9],
  [/^ ?[|/;] ?$/, 10],
  [/^ ?[([<] ?$/, 11],
  [/^ ?[)\]>]/, 12],
  [/^ ?["'“”„«»‘]/, 13],
  [/^ [-–—] $/, 14],
  [/[@_\\#]/, 15],
];
const EDGE = 0;
const OTHER_GAP = 16;

function gapBetween(text: string, from: number, to: number): number {
  if (to - from === 1) {
    const only = text.charCodeAt(from);
    if (only === 32) return 1;
  }
  const gap = text.slice(from, to);
  return GAPS.find(([pattern]) => pattern.test(gap))?.[1] ?? OTHER_GAP;
}

/** Levels of the lexicon in steps: unknown, rare, known, frequent. */
const COARSE = [0, 1, 1, 1, 2, 2, 3, 3];
const coarse = (level: number): number => COARSE[level] ?? 0;

/** A word by itself counts where it is an ordinary word: a name is to be known by what it looks like and where it stands. */
function identityOf({ folded, shape, hash }: Word, use: number, cue: number): number {
  if (shape === 'digits') return 7 + Math.min(9, folded.length);
  if (shape === 'alphanumeric') return 3;
  if (use > 0 || cue !== 0 || (shape === 'lower' && folded.length <= 3)) return hash;
  return 4;
}

const LENGTHS = [0, 1, 2, 3, 4, 4, 4, 5, 5, 5, 5, 5, 6];
const NOWHERE = -1;

/** What the rules say of a word: kind, whether the finding begins here, how sure; 0 where they say nothing. */
function ruleTags({ words }: Reading, findings: readonly Finding[]): Uint8Array {
  const tags = new Uint8Array(words.length + 2);
  let at = 0;
  for (const { start, end, entity, score } of findings) {
    const kind =
      entity === 'LOCATION' || entity === 'ZIP_CODE' ? 3 : KINDS.findIndex((name) => name === entity);
    if (kind < 0) continue;
    while (at < words.length && (words[at]?.start ?? 0) < start) at++;
    for (let first = true; at < words.length && (words[at]?.end ?? 0) <= end; at++, first = false)
      tags[at] = 1 + kind * 8 + (first ? 4 : 0) + (score < 0.6 ? 0 : score < 0.75 ? 1 : score < 0.86 ? 2 : 3);
  }
  return tags;
}

/** The features of every word of a text, given what the rules found in it, in order. */
export function featuresOf(reading: Reading, known: KnownWords, findings: readonly Finding[]): Features {
  const { words, text } = reading;
  const count = words.length;
  const shape = new Uint8Array(count + 4);
  const cue = new Int32Array(count + 4);
  const identity = new Int32Array(count + 4).fill(NOWHERE);
  const gap = new Uint8Array(count + 4);
  const level = new Int32Array(count + 4);
  // Two places of nothing before and behind the words, so that neighbours need no bounds.
  for (let index = 0; index < count; index++) {
    const word = words[index];
    if (!word) break;
    const at = index + 2;
    const use = known.uses[index] ?? 0;
    cue[at] = cuesOf(word, reading);
    shape[at] = SHAPES[word.shape];
    identity[at] = identityOf(word, use, cue[at]);
    gap[at] = index === 0 ? EDGE : gapBetween(text, words[index - 1]?.end ?? 0, word.start);
    const lexeme = known.lexemes[index] ?? 0;
    level[at] =
      coarse(firstName(lexeme)) | (coarse(surname(lexeme)) << 2) | (coarse(place(lexeme)) << 4) | (use << 6);
  }
  const rules = ruleTags(reading, findings);
  const places = new Int32Array(count * FEATURES);
  let next = 0;
  const add = (feature: number, value: number): void => {
    let mixed = Math.imul((value + Math.imul(feature + 1, 0x9e3779b1)) | 0, 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
    places[next++] = (mixed ^ (mixed >>> 13)) >>> (32 - TABLE_BITS);
  };
  const size = LENGTHS[Math.min(12, count)] ?? 0;
  const kind =
    (known.capitalsTell ? 1 : 0) |
    (known.headline ? 2 : 0) |
    (known.letters === 'lower' ? 4 : known.letters === 'upper' ? 8 : 0);
  let runStart = 0;
  let runEnd = 0;
  for (let index = 0; index < count; index++) {
    const word = words[index];
    if (!word) break;
    const at = index + 2;
    const lexeme = known.lexemes[index] ?? 0;
    const own = shape[at] ?? 0;
    const [before, after] = [shape[at - 1] ?? 0, shape[at + 1] ?? 0];
    const [id, idBefore, idAfter, idBefore2, idAfter2] = [
      identity[at] ?? 0,
      identity[at - 1] ?? 0,
      identity[at + 1] ?? 0,
      identity[at - 2] ?? 0,
      identity[at + 2] ?? 0,
    ];
    const gapBefore = gap[at] ?? 0;
    const gapAfter = index + 1 === count ? EDGE : (gap[at + 1] ?? 0);
    const lex = level[at] ?? 0;
    const [lexBefore, lexAfter] = [level[at - 1] ?? 0, level[at + 1] ?? 0];
    const opens = gapBefore === EDGE || gapBefore === 4 || gapBefore === 6 ? 1 : 0;
    const rule = rules[index] ?? 0;
    const ruleAfter = rules[index + 1] ?? 0;
    const ruleBefore = index > 0 ? (rules[index - 1] ?? 0) : 0;
    if (index >= runEnd) {
      runStart = index;
      runEnd = index + 1;
      while (
        runEnd < count &&
        isJoined(gap[runEnd + 2] ?? 0) &&
        isCapital(shape[runEnd + 2] ?? 0) &&
        isCapital(own)
      )
        runEnd++;
    }
    const run = Math.min(5, runEnd - runStart) * 8 + Math.min(5, index - runStart);
    add(0, own);
    add(1, id);
    add(2, idBefore);
    add(3, idAfter);
    add(4, idBefore2);
    add(5, idAfter2);
    add(6, idBefore * 7 + own);
    add(7, idAfter * 7 + own);
    add(8, Math.imul(idBefore2, 31) + idBefore * 7 + own);
    add(9, Math.imul(idAfter, 31) + idAfter2 * 7 + own);
    add(10, (before * 8 + own) * 8 + after);
    add(11, gapBefore * 8 + own);
    add(12, gapAfter * 8 + own);
    add(13, (gapBefore * 32 + gapAfter) * 8 + own);
    add(14, firstName(lexeme) * 8 + own);
    add(15, surname(lexeme) * 8 + own);
    add(16, (place(lexeme) * 4 + (lex >> 6)) * 8 + own);
    add(17, lex * 8 + own);
    add(18, ((lexeme & (COMPANY | REGION | NATIONALITY)) >>> 24) * 32 + (lex >> 6) * 8 + own);
    add(19, ((lex & 63) * 64 + (lexAfter & 63)) * 32 + gapAfter);
    add(20, ((lex & 63) * 64 + (lexBefore & 63)) * 32 + gapBefore);
    add(21, Math.imul(idBefore, 17) + (lex & 63));
    add(22, Math.imul(idAfter, 17) + (lex & 63));
    add(23, ((lex * 8 + own) * 16 + kind) * 2 + opens);
    affixes(word, own, add);
    add(28, (cue[at - 1] ?? 0) * 8 + own);
    add(29, (cue[at + 1] ?? 0) * 8 + own);
    add(30, (cue[at] ?? 0) * 8 + own);
    add(31, (cue[at - 1] ?? 0) * 64 + (lex & 63));
    add(32, (cue[at - 2] ?? 0) * 64 + (cue[at - 1] ?? 0) + own);
    add(33, rule * 8 + own);
    add(34, rule * 64 + ruleBefore);
    add(35, rule * 64 + ruleAfter);
    add(36, (rule * 256 + lex) * 8 + own);
    add(37, ((size * 8 + Math.min(6, index)) * 8 + own) * 2 + opens);
    add(38, (kind * 64 + (lex & 63)) * 8 + size);
    add(39, (run * 8 + own) * 8 + size);
    add(40, (run * 64 + (lex & 63)) * 2 + opens);
  }
  return { places, words: count };
}

const isCapital = (shape: number): boolean => shape >= 2 && shape <= 4;
const isJoined = (gap: number): boolean => gap === 1 || gap === 2 || gap === 3 || gap === 9;

/** Endings of two to four letters and the first three: `-ski`, `-stadt`, `-soft`. */
function affixes({ folded, shape }: Word, own: number, add: (feature: number, value: number) => void): void {
  if (shape === 'digits' || shape === 'alphanumeric') {
    for (let feature = 24; feature < 28; feature++) add(feature, own);
    return;
  }
  let hash = own;
  for (let length = 1; length <= 4; length++) {
    hash = Math.imul(hash ^ (folded.charCodeAt(folded.length - length) || 0), 0x01000193);
    if (length > 1) add(22 + length, hash);
  }
  hash = own;
  for (let at = 0; at < 3; at++) hash = Math.imul(hash ^ (folded.charCodeAt(at) || 0), 0x01000193);
  add(27, hash);
}

/** How many features a word has. */
export const FEATURES = 41;
for (let feature = 0; feature < FEATURES; feature++)
  groups.push(
    (feature >= 1 && feature <= 9) || feature === 21 || feature === 22
      ? 'words'
      : feature >= 14 && feature <= 20
        ? 'lexicon'
        : feature >= 24 && feature <= 27
          ? 'affixes'
          : feature >= 33 && feature <= 36
            ? 'rules'
            : 'always',
  );
