import type { Reading } from '../reading.js';
import type { Finding, Recogniser } from '../recogniser.js';
import { CARD_LENGTH, hasBrand } from './card-brands.js';
import { CONTEXT, contextAround, contextBefore, speaksOfSomethingElse } from './context.js';
import { hasLuhnDigit } from './id-rule.js';
import { piecesOf, type Chain, type Token } from './token.js';

CONTEXT.add(
  'credit card|creditcard|debit card|card|card no|card number|cc|ccn|cc number|visa|mastercard|amex|american express|maestro|' +
    'discover|diners|jcb|unionpay|payment card|kreditkarte|kreditkarten*|kartennummer|karte|karten nr|carte|carte bancaire|carte bleue|' +
    'carte de credit|tarjeta|tarjeta de credito|carta|carta di credito|kredietkaart|creditcardnummer|kaart|kaartnummer|' +
    'karta|karty|karta kredytowa|numer karty|cartao|kort|kortnummer|pan',
  'CREDIT_CARD',
);

/** Groups of a card number: the first has four digits as a rule, no group more than the whole. */
const GROUPS_MOST = 6;
const FIRST_GROUP_LEAST = 4;

/** Card numbers with a right check digit, of a known network, also in groups. */
export const creditCard: Recogniser = {
  name: 'credit-card',
  entities: [{ name: 'CREDIT_CARD' }],
  find(reading): Iterable<Finding> {
    const findings: Finding[] = [];
    for (const chain of piecesOf(reading)) {
      for (let first = 0; first < chain.length; first++) {
        const last = lastOf(reading, chain, first);
        if (last === undefined) continue;
        findings.push(findingOf(reading, chain, first, last));
        first = last;
      }
    }
    return findings;
  },
};

const isNumber = ({ start, end, digits, glued }: Token): boolean => !glued && digits === end - start;
/** Beyond a full stop or a slash it is another number: an amount, a date, a version. */
const isTorn = (joint: string | undefined): boolean => joint === '.' || joint === '/';

/** Index of the group with which a card number that begins with a group ends; the longest one. */
function lastOf({ text }: Reading, chain: Chain, first: number): number | undefined {
  const from = chain[first];
  if (!from || !isNumber(from) || from.digits < FIRST_GROUP_LEAST || from.digits > CARD_LENGTH.most)
    return undefined;
  if (isTorn(from.joint)) return undefined;
  const joint = chain[first + 1]?.joint;
  // Four digits and so on, or the six of the issuer and the rest: 5756703-6787091 is an order's number.
  const isGroup = from.digits === 4 || from.digits === 6;
  let digits = '';
  let found: number | undefined;
  for (let last = first; last < chain.length && last - first < GROUPS_MOST; last++) {
    const group = chain[last];
    if (!group || !isNumber(group) || isTorn(group.joint)) break;
    if (last > first && (!isGroup || group.joint !== joint)) break;
    digits += text.slice(group.start, group.end);
    if (digits.length > CARD_LENGTH.most) break;
    if (digits.length < CARD_LENGTH.least) continue;
    // `4111 1111 1111 1111 129,50`: what a comma or a full stop goes on from is an amount.
    if (/^[.,/]\d/.test(text.slice(group.end, group.end + 2))) continue;
    if (hasLuhnDigit(digits) && hasBrand(digits)) found = last;
  }
  return found;
}

function findingOf(reading: Reading, chain: Chain, first: number, last: number): Finding {
  const start = chain[first]?.start ?? 0;
  const end = chain[last]?.end ?? 0;
  const context = contextAround(reading, contextBefore(reading, start), end);
  const near = context.distances.get('CREDIT_CARD');
  const isSaid = near !== undefined && !speaksOfSomethingElse(context, near);
  if (isSaid) return { start, end, entity: 'CREDIT_CARD', score: 1, evidence: ['check-digit', 'context'] };
  const size = chain.slice(first, last + 1).reduce((sum, { digits }) => sum + digits, 0);
  // One of ten numbers passes Luhn's formula: the rarer the length among cards, the likelier that it is something else.
  const sure = last > first ? 0.95 : size === 16 || size === 15 ? 0.85 : 0.6;
  const isPart = first > 0 && chain[first]?.joint === '-';
  const score = speaksOfSomethingElse(context, undefined) || isPart ? sure - (size < 15 ? 0.5 : 0.38) : sure;
  return { start, end, entity: 'CREDIT_CARD', score, evidence: ['check-digit'] };
}
