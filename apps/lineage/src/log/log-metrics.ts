import { counter, gauge, histogram } from '@bailiwick/platform';

/** Entries of the log that are published. */
export const logSize = gauge(
  'bailiwick_log_entries',
  'Entries of the transparency log that are published',
  [],
);

/** How long publishing takes, witnesses included. */
export const publishSeconds = histogram(
  'bailiwick_log_publish_seconds',
  'Seconds to publish the transparency log, by outcome',
  ['outcome'],
);

/** Checkpoints that witnesses were asked to cosign. */
export const cosignatures = counter(
  'bailiwick_log_cosignatures_total',
  'Checkpoints of the transparency log that a witness was asked to cosign, by outcome',
  ['witness', 'outcome'],
);
