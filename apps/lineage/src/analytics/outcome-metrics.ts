import { histogram } from '@bailiwick/platform';

/** Time from a record's arrival to its answer, restored and at home; said once again after a crash. */
export const answeredSeconds = histogram(
  'bailiwick_answered_seconds',
  'Seconds from the arrival of a record or question to its answer',
  [],
);
