import { ID_RULES } from './numbers/id-rules.js';

/**
 * Kinds of which a finding proves that somebody's data stands there, not only that it looks like it: a library of the
 * numbering plan or a check digit holds it valid, or nothing else is written so. For those who must not act on a guess,
 * as who refuses an answer; ask for them with a `minScore` of `CERTAIN_SCORE`, so that what only follows a word does not
 * count.
 */
export const CERTAIN_ENTITIES: readonly string[] = [
  'EMAIL_ADDRESS',
  'PHONE_NUMBER',
  'CREDIT_CARD',
  'IBAN_CODE',
  'IP_ADDRESS',
  'MAC_ADDRESS',
  'CRYPTO',
  'API_KEY',
  'PRIVATE_KEY',
  'DATE_OF_BIRTH',
  ...new Set(ID_RULES.filter(({ check }) => check !== undefined).map(({ entity }) => entity)),
];

/** Least score of a finding that is more than a guess. */
export const CERTAIN_SCORE = 0.7;
