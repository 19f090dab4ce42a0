import { UNKNOWN_JURISDICTION, type CatalogField } from '@bailiwick/domain';
import type { RecordField } from './record-field.js';

/** Jurisdictions whose law is a country's (ISO 3166-1 alpha-2), as the control topics say. */
export type JurisdictionsOf = (country: string) => readonly string[];

const NAMES = new Intl.DisplayNames('en', { type: 'region' });

/** Code of today for a code of two letters: some countries have had others. */
const today = (code: string): string => new Intl.Locale(`und-${code}`).region ?? code;

/** Name that a CRM writes for a country, in English and lower case, to its code. */
const CODES: ReadonlyMap<string, string> = new Map(
  Array.from({ length: 26 * 26 }, (_, index) => {
    const code = today(String.fromCodePoint(65 + Math.floor(index / 26), 65 + (index % 26)));
    return [NAMES.of(code)?.toLowerCase() ?? code, code] as const;
  }),
);

/**
 * Whose law the data subject of a record is under, by the fields that the catalog says give the subject's country; undefined
 * when it names none. A record that leaves them empty, says what is no country of a known jurisdiction, or says several,
 * is of an unknown jurisdiction: nobody is taken to be at home because nothing is said.
 */
export function subjectJurisdiction(
  record: readonly RecordField[],
  listed: ReadonlyMap<string, CatalogField>,
  jurisdictionsOf: JurisdictionsOf,
): string | undefined {
  if (![...listed.values()].some(({ gives }) => gives === 'subject-country')) return undefined;
  const found = record
    .filter(({ name }) => listed.get(name)?.gives === 'subject-country')
    .flatMap(({ values }) => values.map((value) => String(value).trim()))
    .filter((country) => country !== '')
    .map((country) => {
      const [own, ...others] = jurisdictionsOf(codeOf(country));
      return own === undefined || others.length > 0 ? UNKNOWN_JURISDICTION : own;
    });
  const [only = UNKNOWN_JURISDICTION, ...others] = new Set(found);
  return others.length === 0 ? only : UNKNOWN_JURISDICTION;
}

/** Code of a country that is said by its code or its name; empty for any other text. */
const codeOf = (country: string): string =>
  /^[A-Za-z]{2}$/.test(country) ? today(country.toUpperCase()) : (CODES.get(country.toLowerCase()) ?? '');
