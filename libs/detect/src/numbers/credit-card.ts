import cards from 'card-validator';
import type { Finding, Recogniser } from '../recogniser.js';

/** ISO/IEC 7812-1: 12 to 19 digits; first digit of the networks that issue to people. */
const CANDIDATE = /(?<!\d)[2-6]\d{0,18}(?:[ -]\d{1,19}){0,6}(?!\d)/g;
const LEAST = 12;
const MOST = 19;

/** Card numbers with a right check digit, of a known network, also in groups. */
export const creditCard: Recogniser = {
  name: 'credit-card',
  entities: [{ name: 'CREDIT_CARD' }],
  *find({ text }): Iterable<Finding> {
    for (const match of text.matchAll(CANDIDATE)) {
      const groups = [...match[0].matchAll(/\d+/g)];
      for (let first = 0; first < groups.length; first++) {
        const found = cardFrom(groups, first);
        if (found === undefined) continue;
        const from = groups[first]?.index ?? 0;
        const last = groups[found];
        yield {
          start: match.index + from,
          end: match.index + (last?.index ?? 0) + (last?.[0].length ?? 0),
          entity: 'CREDIT_CARD',
          score: 0.98,
          evidence: ['check-digit'],
        };
        first = found;
      }
    }
  },
};

/** Index of the group with which a card number that begins at `first` ends; the longest one. */
function cardFrom(groups: readonly RegExpExecArray[], first: number): number | undefined {
  let digits = '';
  let found: number | undefined;
  for (let last = first; last < groups.length && digits.length < MOST; last++) {
    digits += groups[last]?.[0] ?? '';
    if (digits.length < LEAST || digits.length > MOST || !hasCheckDigit(digits)) continue;
    const { isValid, card } = cards.number(digits);
    if (isValid && card !== null) found = last;
  }
  return found;
}

/** Luhn's formula (ISO/IEC 7812-1 annex B). */
function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    sum += index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}
