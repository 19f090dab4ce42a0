import { isSupportedCountry, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';
import type { Reading } from '../reading.js';
import { hasContext, type Finding, type Recogniser } from '../recogniser.js';

/** Groups of digits as people write them; nothing that continues a word, a number or an amount. */
const CANDIDATE =
  /(?<![\p{L}\p{N}_.,@-])(?:\+ ?|\()?\d{1,15}(?:(?: ?[()./-]{1,2} ?| )\d{1,15}){0,8}(?![\p{L}\p{N}_@])/gu;
const DATE_OR_ADDRESS =
  /^(?:\d{4}([-./])\d{1,2}\1\d{1,2}|\d{1,2}([-./])\d{1,2}\2\d{2,4}|\d{1,3}(?:\.\d{1,3}){3})$/;
const CONTEXT =
  /\b(?:tel|phone|call|mobil|fax|cell|handy|rufnummer|whatsapp|sms|ring|erreich|num[eé]ro|m[oó]vil)/i;

/** ITU-T E.164: at most 15 digits; shorter than 7 is a short code. */
const DIGITS = { least: 7, most: 17 } as const;

/** How many groups after a number may belong to what follows it, as in `030 901820 24.11.`. */
const FOREIGN_MOST = 3;

/** Phone numbers that libphonenumber holds valid, international or in the national form of a given country. */
export const phoneNumber: Recogniser = {
  name: 'phone-number',
  entities: [{ name: 'PHONE_NUMBER' }],
  *find(reading, { countries }): Iterable<Finding> {
    const { text } = reading;
    const known = [...(countries ?? [])].filter((country): country is CountryCode =>
      isSupportedCountry(country),
    );
    for (const match of text.matchAll(CANDIDATE)) {
      const groups = [...match[0].matchAll(/\d+/g)];
      for (let last = groups.length - 1; last >= Math.max(0, groups.length - 1 - FOREIGN_MOST); last--) {
        const end = (groups[last]?.index ?? 0) + (groups[last]?.[0].length ?? 0);
        const score = scoreOf(reading, match.index, match[0].slice(0, end), last + 1, known);
        if (score === undefined) continue;
        yield {
          start: match.index,
          end: match.index + end,
          entity: 'PHONE_NUMBER',
          score,
          evidence: ['check-digit'],
        };
        break;
      }
    }
  },
};

/** How sure it is that so many groups of digits are a phone number; undefined when they are none. */
function scoreOf(
  reading: Reading,
  start: number,
  candidate: string,
  groups: number,
  countries: readonly CountryCode[],
): number | undefined {
  const digits = candidate.replaceAll(/\D/g, '');
  // Groups of one digit are a list or a table, not a number that somebody dictated.
  if (digits.length < DIGITS.least || digits.length > DIGITS.most || digits.length < groups * 1.5)
    return undefined;
  if (DATE_OR_ADDRESS.test(candidate)) return undefined;
  if (candidate.startsWith('+')) return parsePhoneNumberFromString(candidate)?.isValid() ? 0.95 : undefined;
  const spokenOf = hasContext(reading, start, CONTEXT);
  if (groups === 1 && !digits.startsWith('0') && !spokenOf) return undefined;
  return countries.some((country) => isNational(candidate, digits, country, spokenOf)) ? 0.7 : undefined;
}

/** Valid in the country and written as there, with its trunk prefix; a word that announces a number makes up for it. */
function isNational(candidate: string, digits: string, country: CountryCode, spokenOf: boolean): boolean {
  const number = parsePhoneNumberFromString(candidate, { defaultCountry: country, extract: false });
  if (!number?.isValid()) return false;
  return spokenOf || digits.startsWith('00') || number.formatNational().replaceAll(/\D/g, '') === digits;
}
