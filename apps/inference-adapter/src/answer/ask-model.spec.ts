import { ChatAnswer } from '@bailiwick/chat';
import { BailiwickError } from '@bailiwick/platform';
import { expect, test } from 'vitest';
import { askModel, type Ask } from './ask-model.js';
import { TRIAGE } from '../request.test-kit.js';

const { signal } = new AbortController();
const cost = { inputTokens: 10, outputTokens: 2, durationMs: 5 };

/** A pool that gives these answers, one a question. */
function answering(...contents: readonly (string | Error)[]): { ask: Ask; asked: () => number } {
  let asked = 0;
  return {
    asked: () => asked,
    ask: () => {
      const content = contents[asked++] ?? new Error('asked too often');
      return content instanceof Error
        ? Promise.reject(content)
        : Promise.resolve({ answer: ChatAnswer.parse({ message: { content } }), ...cost });
    },
  };
}
const VALID = '{"category":"refund","priority":"high","sentiment":"neutral","reply":"refund-started"}';

test('an invalid answer is asked for again, and every attempt is counted', async () => {
  const pool = answering('no', VALID);
  const { output, usage } = await askModel(pool.ask, TRIAGE, {}, signal);
  expect(output).toMatchObject({ category: 'refund' });
  expect(usage).toEqual({ inputTokens: 20, outputTokens: 4, durationMs: 10 });
});

test('after three invalid answers the record is given up', async () => {
  const pool = answering('no', '{}', '[]', VALID);
  await expect(askModel(pool.ask, TRIAGE, {}, signal)).rejects.toMatchObject({ code: 'output-invalid' });
  expect(pool.asked()).toBe(3);
});

test('a pool that does not answer is not asked again here: the runner waits and comes back', async () => {
  const pool = answering(new BailiwickError('pool-timeout', 'test'), VALID);
  await expect(askModel(pool.ask, TRIAGE, {}, signal)).rejects.toMatchObject({ code: 'pool-timeout' });
  expect(pool.asked()).toBe(1);
});
