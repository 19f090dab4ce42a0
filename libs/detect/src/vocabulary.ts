import { hashOf } from './hash.js';
import { ALL_LANGUAGES, LANGUAGES, type Language, type Languages } from './languages.js';

/*
 * All lists of words lie in one table, a row for each word and a column for each list, so that a word of a text is
 * looked up once, when it is read, and not by every recogniser in every list.
 */
const COLUMN_BITS = 6;
const LISTS_MOST = 1 << COLUMN_BITS;
let lists = 0;
const words: string[] = [''];
let table = new Uint8Array(LISTS_MOST);
/** The row of what no list has. */
export const UNLISTED = 0;

/** Rows by hash, each in the first free place from its own on; most places stay free. */
let places = new Int32Array(0x1000);

/** Where the row of a folded word begins whose hash is this; the same for all words that no list has. */
export function rowOf(folded: string, hash: number): number {
  for (let at = hash; ; at++) {
    const row = places[at & (places.length - 1)] ?? UNLISTED;
    if (row === UNLISTED || words[row >> COLUMN_BITS] === folded) return row;
  }
}

function place(row: number): void {
  let at = hashOf(words[row >> COLUMN_BITS] ?? '');
  while (places[at & (places.length - 1)] !== UNLISTED) at++;
  places[at & (places.length - 1)] = row;
}

function newRow(word: string): number {
  const row = (words.push(word) - 1) << COLUMN_BITS;
  if (row >= table.length) {
    const larger = new Uint8Array(table.length * 2);
    larger.set(table);
    table = larger;
  }
  if (words.length * 4 > places.length) {
    places = new Int32Array(places.length * 2);
    for (let at = LISTS_MOST; at < row; at += LISTS_MOST) place(at);
  }
  place(row);
  return row;
}

/** A word as it was looked up. */
interface Listed {
  readonly row: number;
}

/** Words that say something, with the languages in which each of them is one. */
export class WordList {
  readonly #column = lists++;
  readonly #words: string[] = [];

  /** Takes folded words between blanks, of every language or by language. */
  constructor(listed: string | Readonly<Partial<Record<Language, string>>> = '') {
    if (lists > LISTS_MOST) throw new RangeError(`there are more than ${LISTS_MOST} lists of words`);
    if (typeof listed === 'string') this.#addAll(listed, ALL_LANGUAGES);
    else
      for (const [index, language] of LANGUAGES.entries()) this.#addAll(listed[language] ?? '', 1 << index);
  }

  #addAll(listed: string, languages: Languages): void {
    for (const word of listed.split(/\s+/u)) if (word !== '') this.add(word, languages);
  }

  /** Adds a folded word, of every language when none is given. */
  add(word: string, languages: Languages = ALL_LANGUAGES): void {
    const at = (rowOf(word, hashOf(word)) || newRow(word)) + this.#column;
    table[at] = (table[at] ?? 0) | languages;
    this.#words.push(word);
  }

  /** Whether the word is one in any of the languages that a text is read in, or seems to be in; in any when absent. */
  has(word: Listed | undefined, where?: { readonly languages: Languages }): boolean {
    return word !== undefined && this.#isAt(word.row, where);
  }

  /** As `has`, of letters that are no word of a text. */
  hasText(folded: string, where?: { readonly languages: Languages }): boolean {
    return this.#isAt(rowOf(folded, hashOf(folded)), where);
  }

  #isAt(row: number, where: { readonly languages: Languages } | undefined): boolean {
    return ((table[row + this.#column] ?? 0) & (where?.languages ?? ALL_LANGUAGES)) !== 0;
  }

  /** Every word, whatever its language; those of several languages as often. */
  [Symbol.iterator](): Iterator<string> {
    return this.#words.values();
  }
}
