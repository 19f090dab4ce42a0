import { describe, expect, test } from 'vitest';
import { parseCompletion } from './chat-completion.js';

const completion = (choice: object, usage?: object): string => JSON.stringify({ choices: [choice], usage });

test('the answer is its text and what it cost', () => {
  const body = completion(
    { message: { role: 'assistant', content: '{}' }, finish_reason: 'stop' },
    { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 },
  );
  expect(parseCompletion(body)).toEqual({
    answer: { message: { role: 'assistant', content: '{}' }, finish_reason: 'stop' },
    inputTokens: 12,
    outputTokens: 3,
  });
});

test('an engine that does not count is not refused', () => {
  expect(parseCompletion(completion({ message: { content: '{}' } }))).toMatchObject({ inputTokens: 0 });
});

describe('no answer is', () => {
  test.each([
    ['a body that is not JSON', '<html>'],
    ['a body without choices', '{"choices":[]}'],
    ['a choice without a message', completion({})],
  ])('%s', (_, body) => {
    expect(() => parseCompletion(body)).toThrow(expect.objectContaining({ code: 'output-invalid' }));
  });
});
