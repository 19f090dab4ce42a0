import { gauge } from '@bailiwick/platform';

/** When a sweep last came to its end. */
export const sweptAt = gauge(
  'bailiwick_completeness_swept_timestamp_seconds',
  'Time at which the records of the cell were last accounted for, in seconds since the epoch',
  [],
);
