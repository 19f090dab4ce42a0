import { ERROR_CODES, counter } from '@bailiwick/platform';

const violations = counter(
  'bailiwick_violations_total',
  'Violations that the cell recorded, by error code; one that was delivered twice counts twice',
  ['code'],
);

/** What a violation may be about. A series that is there from the start lets an alert see the first one. */
const CODES = [...Object.keys(ERROR_CODES), 'other'];
for (const code of CODES) violations.inc({ code }, 0);

/** Counts one violation; a code that is not in the table of errors is none of ours and would be unbounded. */
export const countViolation = (code: string): void =>
  violations.inc({ code: CODES.includes(code) ? code : 'other' });
