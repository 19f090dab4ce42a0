import { replaceMarks, settledLength, tokenOf } from './pseudonym-text.js';

/**
 * Restores pseudonyms in a text that arrives in pieces, cut anywhere. What it gives out, joined, is what
 * `restorePseudonyms` makes of the whole; it holds back only what may be the beginning of a pseudonym, at most some sixty
 * characters and in prose the last word.
 */
export class PseudonymStream {
  readonly #known: ReadonlyMap<string, string>;
  #held = '';

  /** `known`: what each pseudonym stands for. */
  constructor(known: ReadonlyMap<string, string>) {
    this.#known = new Map([...known].map(([pseudonym, value]) => [tokenOf(pseudonym), value]));
  }

  /** The next piece of the text; gives what can be given out by now. */
  push(piece: string): string {
    const text = this.#held + piece;
    const settled = settledLength(text);
    this.#held = text.slice(settled);
    return replaceMarks(text, (token) => this.#known.get(token), settled);
  }

  /** The text is over; gives what was held back. */
  end(): string {
    const rest = this.#held;
    this.#held = '';
    return replaceMarks(rest, (token) => this.#known.get(token));
  }
}
