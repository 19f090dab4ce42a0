import { fold, type Word } from '../reading.js';
import { WordList } from '../vocabulary.js';

/** Words that say what a value is, and what each of them speaks of. */
export class Phrases {
  /** The last words of phrases. */
  readonly #lasts = new WordList();
  /** By the last of their words, the others before it, the nearest first. */
  readonly #phrases = new Map<string, (readonly [readonly string[], string])[]>();
  /** Beginnings of words by their first letters. */
  readonly #beginnings = new Map<string, (readonly [string, readonly string[], string])[]>();
  /** Whether some of those may begin with these letters: few words need a further look. */
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
        this.#firstLetters[hashOf(last)] = 1;
        listIn(this.#beginnings, last.slice(0, FIRST_LETTERS)).push([last.slice(0, -1), others, topic]);
      } else {
        this.#lasts.add(last);
        listIn(this.#phrases, last).push([others, topic]);
      }
    }
    return this;
  }

  /** What a word speaks of, at an index among the words of its text; `initials` when it is the last of some. */
  topics(words: readonly Word[], index: number, initials?: string): readonly string[] {
    const word = initials ?? words[index]?.folded ?? '';
    const mayEnd = initials !== undefined || this.#lasts.has(words[index]);
    const phrases = mayEnd ? this.#phrases.get(word) : undefined;
    const mayBegin = word.length >= FIRST_LETTERS && this.#firstLetters[hashOf(word)] === 1;
    if (!phrases && !mayBegin) return NOTHING;
    const found: string[] = [];
    for (const [others, topic] of phrases ?? NONE) if (stand(others, words, index)) found.push(topic);
    if (mayBegin)
      for (const [beginning, others, topic] of this.#beginnings.get(word.slice(0, FIRST_LETTERS)) ?? NONE)
        if (word.startsWith(beginning) && stand(others, words, index)) found.push(topic);
    return found.length === 0 ? NOTHING : found;
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

/** Whether words, the nearest first, stand right before one. */
function stand(others: readonly string[], words: readonly Word[], index: number): boolean {
  for (let at = 0; at < others.length; at++) if (words[index - 1 - at]?.folded !== others[at]) return false;
  return true;
}

const NOTHING: readonly string[] = [];
const NONE: readonly never[] = [];
const FIRST_LETTERS = 3;
const hashOf = (word: string): number =>
  ((word.charCodeAt(0) << 7) ^ (word.charCodeAt(1) << 4) ^ word.charCodeAt(2)) & 0xfff;
const NO_SPACES = /[\u0E00-\u0E7F\u1100-\u11FF\u3040-\u30FF\u4E00-\u9FFF\uAC00-\uD7AF]/u;

function listIn<Item>(lists: Map<string, Item[]>, key: string): Item[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
