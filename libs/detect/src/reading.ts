/** A run of letters, digits and marks in a text. */
export interface Word {
  readonly start: number;
  readonly end: number;
  /** Lower case, without accents: what dictionaries and context words are compared with. */
  readonly folded: string;
  readonly shape: Shape;
}

/** How a word is written: `word`, `Word`, `WORD`, `wOrd`, `123`, `a1`. */
export type Shape = 'lower' | 'title' | 'upper' | 'mixed' | 'digits' | 'alphanumeric';

const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/** A text and what all recognisers need to know of it, worked out once and only when somebody asks. */
export class Reading {
  #words: readonly Word[] | null = null;

  constructor(readonly text: string) {}

  get words(): readonly Word[] {
    return (this.#words ??= wordsOf(this.text));
  }

  /** Index of the first word that begins at or after the position; the number of words when there is none. */
  wordAt(position: number): number {
    const { words } = this;
    let low = 0;
    let high = words.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((words[middle]?.start ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  for (const { index, 0: word } of text.matchAll(WORD))
    words.push({ start: index, end: index + word.length, folded: fold(word), shape: shapeOf(word) });
  return words;
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

/** Letters that Unicode does not take apart. */
const BARE: Readonly<Record<string, string>> = { ß: 'ss', ł: 'l', ø: 'o', đ: 'd', æ: 'ae', œ: 'oe' };

function shapeOf(word: string): Shape {
  if (/^\p{N}+$/u.test(word)) return 'digits';
  if (/\p{N}/u.test(word)) return 'alphanumeric';
  if (word === word.toLowerCase()) return 'lower';
  const rest = word.slice(1);
  if (rest === rest.toLowerCase()) return 'title';
  return word === word.toUpperCase() ? 'upper' : 'mixed';
}
