import { Reading, type Word } from './reading.js';

/** A mark by itself, as of decomposed letters: behind it a match may begin inside of a word. */
const MARK = /\p{M}/u;
const marksOf = Reading.once(({ text }) => ({ any: MARK.test(text) }));

/** A pattern that is tried where a word may open a match of it. */
export class OpenedPattern {
  readonly #sticky: RegExp;
  readonly #everywhere: RegExp;

  constructor(
    /** Begins at no letter or digit behind another one, and knows no case. */
    pattern: RegExp,
    /** Whether a match may begin with a word; true of every word with which one does. */
    private readonly opens: (word: Word) => boolean,
  ) {
    this.#sticky = new RegExp(pattern.source, 'iuy');
    this.#everywhere = new RegExp(pattern.source, 'giu');
  }

  /**
   * Its matches in order, without overlaps. To look at the words, which are known, costs a fraction of a search through the text; that is left
   * for texts in which words do not tell.
   */
  matches(reading: Reading): readonly RegExpExecArray[] {
    if (marksOf(reading).any) return [...reading.text.matchAll(this.#everywhere)];
    const matches: RegExpExecArray[] = [];
    let end = 0;
    for (const word of reading.words) {
      if (word.start < end || !this.opens(word)) continue;
      this.#sticky.lastIndex = word.start;
      const match = this.#sticky.exec(reading.text);
      if (!match) continue;
      end = word.start + match[0].length;
      matches.push(match);
    }
    return matches;
  }
}
