import { counter, gauge, histogram } from '@bailiwick/platform';

/** Questions that were taken and whose callers wait. */
export const waitingCallers = gauge(
  'bailiwick_gateway_waiting',
  'Callers who wait for the answer to a question.',
  [],
);

/** Time from a question that came whole to its answer or refusal. */
export const answerSeconds = histogram(
  'bailiwick_gateway_answer_seconds',
  'Seconds until the caller of a question has its answer, by outcome.',
  ['outcome'],
);

/** Tokens of answers that callers got; which tenant and purpose used them is told by lineage. */
export const tokens = counter(
  'bailiwick_gateway_tokens_total',
  'Tokens of questions and their answers, by direction.',
  ['direction'],
);
