import type { Identity } from './identity.js';

/** What a recogniser may know beside the text. */
export interface DetectOptions {
  /** Countries (ISO 3166-1 alpha-2) whose national phone formats are tried; international ones always are. */
  readonly countries?: readonly string[];
  /** Values known from the structured fields of the same record. */
  readonly identities?: readonly Identity[];
}

/** What a recogniser found. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  readonly entity: string;
  readonly score: number;
}

/**
 * Finds one kind of personal data. Its time is linear in the length of the text, whatever the text: patterns have
 * bounded repetition and are anchored by what may not stand before them.
 */
export interface Recogniser {
  readonly name: string;
  readonly find: (text: string, options: DetectOptions) => Iterable<Finding>;
}

/** How far before a value a word still speaks about it, in characters. */
const CONTEXT_REACH = 48;

/** Whether one of the words stands shortly before the position. */
export const hasContext = (text: string, position: number, words: RegExp): boolean =>
  words.test(text.slice(Math.max(0, position - CONTEXT_REACH), position));
