import { counter } from '@bailiwick/platform';

export const passedOver = counter(
  'bailiwick_webhook_passed_over_total',
  'Changes that were pushed and are no records for a purpose, by reason.',
  ['reason'],
);

export const erasuresRequested = counter(
  'bailiwick_webhook_erasures_requested_total',
  'People whom CRMs want forgotten, durable on the topic of erasure requests.',
  [],
);
