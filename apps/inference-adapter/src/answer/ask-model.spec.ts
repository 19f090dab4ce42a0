import { takeApart } from '@bailiwick/chat';
import { CHAT_OBJECT, EMBEDDING_OBJECT } from '@bailiwick/domain';
import { BailiwickError } from '@bailiwick/platform';
import { expect, test } from 'vitest';
import { askForCaller, askModel } from './ask-model.js';
import type { Ask, PoolCall } from './pool-call.js';
import { TRIAGE } from '../request.test-kit.js';

const { signal } = new AbortController();

/** A pool that gives these answers, one a question. */
function answering(...contents: readonly (string | Error)[]): { ask: Ask; asked: () => number } {
  let asked = 0;
  return {
    asked: () => asked,
    ask: <A>({ read }: PoolCall<A>) => {
      const content = contents[asked++] ?? new Error('asked too often');
      if (content instanceof Error) return Promise.reject(content);
      const usage = { prompt_tokens: 10, completion_tokens: 2 };
      return Promise.resolve({
        ...read(JSON.stringify({ choices: [{ message: { content } }], usage })),
        durationMs: 5,
      });
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

const CHAT = {
  ...TRIAGE,
  object: CHAT_OBJECT,
  output: { ...TRIAGE.output, schema: { type: 'object', required: ['message'] } },
};

test('a caller who wants several answers gets as many, and each is counted', async () => {
  const fields = takeApart({ messages: [{ role: 'user', content: 'hello' }], n: 3 });
  const pool = answering('one', 'two', 'three');
  const { output, said, usage } = await askForCaller(pool.ask, CHAT, { ...fields }, signal);
  expect(output).toMatchObject({
    message: { content: 'one' },
    alternatives: [{ message: { content: 'two' } }, { message: { content: 'three' } }],
  });
  expect(said).toBe(output);
  expect(usage).toEqual({ inputTokens: 30, outputTokens: 6, durationMs: 15 });
});

test('one of several answers that fails ends the others, and there is none', async () => {
  const fields = takeApart({ messages: [{ role: 'user', content: 'hello' }], n: 2 });
  const others: AbortSignal[] = [];
  let asked = 0;
  const ask: Ask = (_, other) => {
    if (asked++ === 0) return Promise.reject(new BailiwickError('pool-timeout', 'test'));
    others.push(other);
    return new Promise(() => undefined);
  };
  await expect(askForCaller(ask, CHAT, { ...fields }, signal)).rejects.toMatchObject({
    code: 'pool-timeout',
  });
  expect(others.map(({ aborted }) => aborted)).toEqual([true]);
});

test('texts of which a caller wants vectors are asked about once, and nothing of a vector is looked through', async () => {
  const purpose = {
    ...TRIAGE,
    object: EMBEDDING_OBJECT,
    output: { ...TRIAGE.output, schema: { type: 'object' } },
  };
  let asked: object | undefined;
  const ask: Ask = ({ asked: question, read }) => {
    asked = question;
    const data = [{ index: 0, embedding: [1, 0] }];
    return Promise.resolve({ ...read(JSON.stringify({ data, usage: { prompt_tokens: 3 } })), durationMs: 5 });
  };
  const answer = await askForCaller(ask, purpose, { Input: ['[[p_1]] called'] }, signal);
  expect(asked).toMatchObject({ input: ['[[p_1]] called'] });
  expect(answer).toMatchObject({ said: {}, usage: { inputTokens: 3, outputTokens: 0 } });
  await expect(askForCaller(ask, purpose, {}, signal)).rejects.toMatchObject({ code: 'record-undecodable' });
});
