/** Languages whose words are known (ISO 639-1), in the order of their bits. */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pl'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Languages as bits. */
export type Languages = number;
export const ALL_LANGUAGES: Languages = (1 << LANGUAGES.length) - 1;

/** The bits of the languages that are known among those named; all when none is named. */
export const languagesOf = (names: Iterable<string> | null): Languages =>
  names === null
    ? ALL_LANGUAGES
    : [...names].reduce((bits, name) => bits | bitOf(LANGUAGES.findIndex((known) => known === name)), 0);

const bitOf = (index: number): Languages => (index < 0 ? 0 : 1 << index);
