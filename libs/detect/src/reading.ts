import { ALL_LANGUAGES, type Languages } from './languages.js';
import { hashOf } from './hash.js';
import { rowOf } from './vocabulary.js';

/** A run of letters, digits and marks in a text. */
export interface Word {
  readonly start: number;
  readonly end: number;
  /** Lower case, without accents: what dictionaries and context words are compared with. */
  readonly folded: string;
  readonly shape: Shape;
  /** Of its folded form: what it is looked up by. */
  readonly hash: number;
  /** Its row in the table of the lists of words. */
  readonly row: number;
}

/** How a word is written: `word`, `Word`, `WORD`, `wOrd`, `123`, `a1`. */
export type Shape = 'lower' | 'title' | 'upper' | 'mixed' | 'digits' | 'alphanumeric';

/** A text and what all recognisers need to know of it, worked out once and only when somebody asks. */
export class Reading {
  static #kinds = 0;
  #words: readonly Word[] | null = null;
  #wordFrom: Int32Array | null = null;
  readonly #made: unknown[] = [];

  constructor(
    readonly text: string,
    /** Whose words are known. */
    readonly languages: Languages = ALL_LANGUAGES,
  ) {}

  /**
   * Makes a question to a reading that is answered once, whoever asks. The answer lies in the reading and goes with it:
   * in a `WeakMap` it would outlive it until the next full collection.
   */
  static once<Answer extends object>(answer: (reading: Reading) => Answer): (reading: Reading) => Answer {
    const kind = Reading.#kinds++;
    return (reading) => (reading.#made[kind] ??= answer(reading)) as Answer;
  }

  get words(): readonly Word[] {
    return (this.#words ??= wordsOf(this.text));
  }

  /** Index of the first word that begins at or after the position; the number of words when there is none. */
  wordAt(position: number): number {
    this.#wordFrom ??= firstWords(this.words, this.text.length);
    return this.#wordFrom[Math.max(0, position)] ?? this.words.length;
  }
}

/** The first word that begins at or after each position of a text. */
function firstWords(words: readonly Word[], length: number): Int32Array {
  const firsts = new Int32Array(length);
  let next = words.length;
  for (let position = length - 1; position >= 0; position--) {
    if (words[next - 1]?.start === position) next--;
    firsts[position] = next;
  }
  return firsts;
}

const WORD = /[\p{L}\p{N}\p{M}]+/uy;

/** Letters that Unicode does not take apart. */
const BARE: Readonly<Record<string, string>> = { ß: 'ss', ł: 'l', ø: 'o', đ: 'd', æ: 'ae', œ: 'oe' };

/** What each character of Latin scripts is, worked out once: most words hold no other. */
const LATIN = 0x180;
const DIGIT = 1;
const CAPITAL = 2;
const SMALL = 4;
const OTHER = 8;
const kinds = new Uint8Array(LATIN);
const folds: string[] = [];
for (let code = 0; code < LATIN; code++) {
  const sign = String.fromCharCode(code);
  folds.push(fold(sign));
  if (/\p{N}/u.test(sign)) kinds[code] = DIGIT;
  else if (/[\p{L}\p{M}]/u.test(sign))
    kinds[code] =
      (sign === sign.toLowerCase() ? 0 : CAPITAL) | (sign === sign.toUpperCase() ? 0 : SMALL) || OTHER;
}

function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < LATIN ? kinds[code] === 0 : !startsWord(text, at)) continue;
    const word = latinAt(text, at) ?? anyAt(text, at);
    words.push(word);
    at = word.end;
  }
  return words;
}

function startsWord(text: string, at: number): boolean {
  WORD.lastIndex = at;
  return WORD.test(text);
}

/** The word that begins here, when all of it is Latin. */
function latinAt(text: string, start: number): Word | undefined {
  const first = kinds[text.charCodeAt(start)] ?? OTHER;
  let rest = 0;
  let codes = text.charCodeAt(start);
  let end = start + 1;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code >= LATIN) {
      if (startsWord(text, end)) return undefined;
      break;
    }
    const kind = kinds[code] ?? 0;
    if (kind === 0) break;
    codes |= code;
    rest |= kind;
  }
  if (text.charCodeAt(start) >= LATIN) return undefined;
  return wordOf(start, end, latinFold(text, start, end, first | rest, codes), latinShape(first, rest));
}

function latinShape(first: number, rest: number): Shape {
  const all = first | rest;
  if (all === DIGIT) return 'digits';
  if ((all & DIGIT) !== 0) return 'alphanumeric';
  if ((all & CAPITAL) === 0) return 'lower';
  if ((rest & CAPITAL) === 0) return 'title';
  return (all & SMALL) === 0 ? 'upper' : 'mixed';
}

function latinFold(text: string, start: number, end: number, kind: number, codes: number): string {
  if (codes < 0x80) {
    const written = text.slice(start, end);
    return (kind & CAPITAL) === 0 ? written : written.toLowerCase();
  }
  let folded = '';
  for (let at = start; at < end; at++) folded += folds[text.charCodeAt(at)];
  return folded;
}

/** The word of any script that begins here. */
function anyAt(text: string, start: number): Word {
  WORD.lastIndex = start;
  const written = WORD.exec(text)?.[0] ?? '';
  return wordOf(start, start + written.length, fold(written), shapeOf(written));
}

function wordOf(start: number, end: number, folded: string, shape: Shape): Word {
  const hash = hashOf(folded);
  return { start, end, folded, shape, hash, row: rowOf(folded, hash) };
}

/** The same word whatever its case and accents. */
export function fold(word: string): string {
  const lower = word.toLowerCase();
  if (/^[a-z0-9]*$/.test(lower)) return lower;
  return lower
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[ßłøđæœ]/gu, (letter) => BARE[letter] ?? letter);
}

function shapeOf(word: string): Shape {
  if (/^\p{N}+$/u.test(word)) return 'digits';
  if (/\p{N}/u.test(word)) return 'alphanumeric';
  if (word === word.toLowerCase()) return 'lower';
  const rest = word.slice(1);
  if (rest === rest.toLowerCase()) return 'title';
  return word === word.toUpperCase() ? 'upper' : 'mixed';
}
