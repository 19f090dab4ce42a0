/** Languages of the customers' jurisdictions (ISO 639-1). */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pl'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What a record holds: one field's value, a note of about 1 KB, an e-mail with its signature, a turn of a chat. */
export const TEXT_KINDS = ['field', 'note', 'e-mail', 'chat'] as const;
export type TextKind = (typeof TEXT_KINDS)[number];

/** Train: anybody may look. Tune: thresholds are chosen on it. Held back: only measured. */
export const SPLITS = ['train', 'tune', 'held-back'] as const;
export type Split = (typeof SPLITS)[number];

/** A part of a text that holds personal data, or that looks as if it did. */
export interface Marked {
  readonly start: number;
  readonly end: number;
  /** Entity of personal data; name of the trap (`order`, `brand`) of a hard negative. */
  readonly kind: string;
}

/** A text with what is to be found in it and what is not. */
export interface Sample {
  readonly language: Language;
  /** ISO 3166-1 alpha-2: whose formats of numbers and addresses it has. */
  readonly country: string;
  readonly kind: TextKind;
  readonly text: string;
  /** In order, without overlaps. */
  readonly truth: readonly Marked[];
  /** Hard negatives: in order, without overlaps. */
  readonly traps: readonly Marked[];
}
