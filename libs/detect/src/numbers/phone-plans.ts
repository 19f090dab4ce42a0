import type { CountryCode } from 'libphonenumber-js';

/**
 * How numbers are written inside a country, digits only, for the countries whose languages are known here: what is asked
 * of libphonenumber at all, and in which order. From the national numbering plans that ITU-T lists under E.164.
 */
const PLANS: readonly (readonly [CountryCode, RegExp])[] = [
  ['US', /^1?[2-9]\d{2}[2-9]\d{6}$/],
  ['FR', /^0[1-9]\d{8}$/],
  ['GB', /^0[1-9]\d{8,9}$/],
  ['DE', /^0[1-9]\d{5,11}$/],
  ['NL', /^0[1-9]\d{8}$/],
  ['IT', /^(?:0\d{5,10}|3\d{8,9})$/],
  ['ES', /^[6-9]\d{8}$/],
  ['PL', /^[1-9]\d{8}$/],
  ['BE', /^0\d{8,9}$/],
  ['CH', /^0\d{9}$/],
  ['AT', /^0\d{6,12}$/],
  ['PT', /^[29]\d{8}$/],
  ['IE', /^0\d{7,9}$/],
  ['SE', /^0\d{7,9}$/],
  ['DK', /^[2-9]\d{7}$/],
  ['NO', /^[2-9]\d{7}$/],
  ['FI', /^0\d{5,10}$/],
  ['CZ', /^[2-9]\d{8}$/],
  ['IN', /^0?[6-9]\d{9}$/],
  ['AU', /^0[2-478]\d{8}$/],
  ['BR', /^0?[1-9]\d{9,10}$/],
  ['SG', /^[3689]\d{7}$/],
  ['JP', /^0\d{9,10}$/],
  ['KR', /^0\d{8,10}$/],
];

const ALL: readonly CountryCode[] = PLANS.map(([country]) => country);
const byCountry = new Map(PLANS);
/** How many countries are asked about one number. */
const ASKED_MOST = 5;

/** Countries in which so many digits may be a number; of those given, or of all that are known here. */
export function countriesFor(digits: string, given: readonly CountryCode[] | null): readonly CountryCode[] {
  const possible = (given ?? ALL).filter((country) => byCountry.get(country)?.test(digits) ?? given !== null);
  return given ? possible : possible.slice(0, ASKED_MOST);
}
