import { fold } from '../reading.js';

/** Words that say what a value is, and what each of them speaks of. */
export class Phrases {
  /** By the last of their words, the others before it, the nearest first. */
  readonly #phrases = new Map<string, (readonly [readonly string[], string])[]>();
  /** Beginnings of words by their first letters. */
  readonly #beginnings = new Map<string, (readonly [string, readonly string[], string])[]>();
  /** Which of the two lists may know a word with these first letters: most words are in neither. */
  readonly #firstLetters = new Uint8Array(0x1000);
  readonly #inside: (readonly [string, string])[] = [];

  /**
   * Adds phrases of at most three words, separated by `|`; one that ends in `*` is the beginning of a word. In scripts
   * without spaces a phrase is found anywhere.
   */
  add(phrases: string, topic: string): this {
    for (const phrase of phrases.split('|')) {
      const folded = fold(phrase);
      const words = folded.split(' ');
      const last = words.at(-1) ?? '';
      const others = words.slice(0, -1).toReversed();
      if (NO_SPACES.test(folded)) this.#inside.push([folded, topic]);
      else if (last.endsWith('*')) {
        this.#mark(last, BEGINNING);
        listIn(this.#beginnings, last.slice(0, FIRST_LETTERS)).push([last.slice(0, -1), others, topic]);
      } else {
        this.#mark(last, PHRASE);
        listIn(this.#phrases, last).push([others, topic]);
      }
    }
    return this;
  }

  /** Whether any phrase may end in a word: most do not, and need no further look. */
  mayKnow(word: string): boolean {
    return this.#firstLetters[hashOf(word)] !== 0;
  }

  /** What a word speaks of; `before` gives the words before it, the nearest as 1. */
  topics(word: string, before: (distance: number) => string | undefined): readonly string[] {
    const marks = this.#firstLetters[hashOf(word)] ?? 0;
    if (marks === 0) return NOTHING;
    const phrases = (marks & PHRASE) === 0 ? undefined : this.#phrases.get(word);
    const mayBegin = word.length >= FIRST_LETTERS && (marks & BEGINNING) !== 0;
    if (!phrases && !mayBegin) return NOTHING;
    const found: string[] = [];
    const follows = (others: readonly string[]): boolean =>
      others.every((other, index) => before(index + 1) === other);
    for (const [others, topic] of phrases ?? []) if (follows(others)) found.push(topic);
    if (mayBegin)
      for (const [beginning, others, topic] of this.#beginnings.get(word.slice(0, FIRST_LETTERS)) ?? [])
        if (word.startsWith(beginning) && follows(others)) found.push(topic);
    return found;
  }

  #mark(word: string, list: number): void {
    const key = hashOf(word);
    this.#firstLetters[key] = (this.#firstLetters[key] ?? 0) | list;
  }

  /** Whether a text is in a script without spaces, in part at least. */
  mayStandInside(text: string): boolean {
    return NO_SPACES.test(text);
  }

  /** What a part of a text in a script without spaces speaks of. */
  topicsInside(text: string): readonly string[] {
    if (!NO_SPACES.test(text)) return NOTHING;
    const folded = fold(text);
    return this.#inside.filter(([phrase]) => folded.includes(phrase)).map(([, topic]) => topic);
  }
}

const NOTHING: readonly string[] = [];
const FIRST_LETTERS = 3;
const PHRASE = 1;
const BEGINNING = 2;
const hashOf = (word: string): number =>
  ((word.charCodeAt(0) << 7) ^ (word.charCodeAt(1) << 4) ^ word.charCodeAt(2)) & 0xfff;
const NO_SPACES = /[\u0E00-\u0E7F\u1100-\u11FF\u3040-\u30FF\u4E00-\u9FFF\uAC00-\uD7AF]/u;

function listIn<Item>(lists: Map<string, Item[]>, key: string): Item[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
