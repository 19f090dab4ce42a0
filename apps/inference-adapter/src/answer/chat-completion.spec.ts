import { describe, expect, test } from 'vitest';
import { chatRequest, parseCompletion } from './chat-completion.js';

const completion = (choice: object, usage?: object): string => JSON.stringify({ choices: [choice], usage });

test('the request asks for one deterministic answer under the schema', () => {
  const messages = [{ role: 'user', content: 'hello' }] as const;
  const schema = { type: 'object' };
  expect(chatRequest({ model: 'triage-small', messages, schema, maxTokens: 160, timeoutMs: 1 })).toEqual({
    model: 'triage-small',
    messages,
    temperature: 0,
    max_tokens: 160,
    response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } },
  });
});

test('the answer is its text and what it cost', () => {
  const body = completion(
    { message: { role: 'assistant', content: '{}' }, finish_reason: 'stop' },
    { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 },
  );
  expect(parseCompletion(body)).toEqual({ content: '{}', inputTokens: 12, outputTokens: 3 });
});

test('an engine that does not count is not refused', () => {
  expect(parseCompletion(completion({ message: { content: '{}' } }))).toMatchObject({ inputTokens: 0 });
});

describe('no answer is', () => {
  test.each([
    ['a body that is not JSON', '<html>'],
    ['a body without choices', '{"choices":[]}'],
    ['a refusal without content', completion({ message: { content: null } })],
    ['a text that was cut off', completion({ message: { content: '{"a' }, finish_reason: 'length' })],
  ])('%s', (_, body) => {
    expect(() => parseCompletion(body)).toThrow(expect.objectContaining({ code: 'output-invalid' }));
  });
});
