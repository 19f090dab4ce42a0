import type { Reading } from './reading.js';

/** A kind of personal data that is looked for. Names are Presidio's where it has one. */
export interface EntityKind {
  readonly name: string;
  /** The wider kind that it belongs to: who asks for LOCATION gets street addresses too. */
  readonly within?: string;
  /**
   * False for what says little about anybody by itself, as a date: it is looked for only when it is asked for by name;
   * `thorough` for what is looked for at that level too.
   */
  readonly personal?: false | 'thorough';
  /** Findings below this score are left out unless the caller says otherwise; 0.5 when absent. */
  readonly threshold?: number;
}

/** What a finding rests on. */
export type Evidence =
  /** It is written as such a value is written. */
  | 'pattern'
  /** Its check digits are right, or a library of the numbering plan holds it valid. */
  | 'check-digit'
  /** A word near it says what it is. */
  | 'context'
  /** A dictionary of names or places has it. */
  | 'dictionary'
  /** A structured field of the same record has it. */
  | 'record'
  /** A model that was trained on texts holds it likely. */
  | 'tagger'
  /** The tenant's own list has it. */
  | 'deny-list';

/** What a recogniser found. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  /** Name of an entity kind that the recogniser declares. */
  readonly entity: string;
  /** How sure, from 0 to 1, its surroundings counted in. */
  readonly score: number;
  readonly evidence: readonly Evidence[];
}

/** A value known from a structured field of the same record, to be found again in its texts. */
export interface Identity {
  /** What it is, for example `PERSON`. */
  readonly entity: string;
  readonly value: string;
  /** Where it is known from; the record itself when absent. */
  readonly evidence?: Evidence;
}

/** How much is looked at: `thorough` adds what costs more time than patterns and dictionaries. */
export type Level = 'standard' | 'thorough';

/** What a recogniser may know beside the text. */
export interface Scope {
  /** Countries (ISO 3166-1 alpha-2) whose numbering plans are tried; null for all of them. */
  readonly countries: ReadonlySet<string> | null;
  readonly level: Level;
  /** Values known from the structured fields of the same record. */
  readonly identities: readonly Identity[];
}

/**
 * Finds one family of personal data. Its time is linear in the length of the text, whatever the text: patterns have
 * bounded repetition and are anchored by what may not stand before them.
 */
export interface Recogniser {
  readonly name: string;
  /** Every kind that it can find. */
  readonly entities: readonly EntityKind[];
  readonly find: (reading: Reading, scope: Scope) => Iterable<Finding>;
}

/** How far before a value a word still speaks about it, in characters. */
const CONTEXT_REACH = 48;

/** Whether one of the words stands shortly before the position. */
export const hasContext = ({ text }: Reading, position: number, words: RegExp): boolean =>
  words.test(text.slice(Math.max(0, position - CONTEXT_REACH), position));
