import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ChatAnswer, choicesOf, completion } from './chat-answer.js';
import { chunks } from './chat-chunks.js';

const FRAME = {
  eventId: 'e1',
  model: 'assistant-small',
  createdAt: new Date(1_750_000_000_000),
  usage: { inputTokens: 7, outputTokens: 3 },
};
const choices = fc
  .record(
    {
      content: fc.oneof(fc.constant(null), fc.string({ unit: 'grapheme', maxLength: 200 })),
      refusal: fc.string({ minLength: 1 }),
      tool_calls: fc.array(
        fc.record({ id: fc.string(), function: fc.record({ name: fc.string(), arguments: fc.string() }) }),
        { minLength: 1, maxLength: 3 },
      ),
    },
    { requiredKeys: ['content'] },
  )
  .map((message) => ({ message, finish_reason: 'stop' }));
const answers = fc
  .tuple(choices, fc.array(choices, { maxLength: 3 }))
  .map(([first, others]) =>
    ChatAnswer.parse({ ...first, ...(others.length > 0 && { alternatives: others }) }),
  );

/** Puts one of a stream's answers together as clients do. */
function assembled(events: readonly string[], at: number): unknown {
  const message: Record<string, unknown> = {};
  const calls: { id: string; type: string; function: { name: string; arguments: string } }[] = [];
  for (const event of events.slice(0, -1)) {
    const { choices } = JSON.parse(event.slice('data: '.length)) as {
      choices: {
        index: number;
        delta: { content?: string; refusal?: string; tool_calls?: (typeof calls)[0][] };
      }[];
    };
    for (const { index, delta } of choices) {
      if (index !== at) continue;
      if (delta.content !== undefined)
        message['content'] =
          delta.content === null ? null : ((message['content'] as string) ?? '') + delta.content;
      if (delta.refusal !== undefined) message['refusal'] = delta.refusal;
      for (const call of delta.tool_calls ?? []) {
        if (call.id !== undefined)
          calls.push({ id: call.id, type: call.type, function: { ...call.function } });
        else calls.at(-1)!.function.arguments += call.function.arguments;
      }
    }
  }
  return { role: 'assistant', ...message, ...(calls.length > 0 && { tool_calls: calls }) };
}

it('an answer is the same whole and as a stream, and its stream ends as clients expect', () => {
  fc.assert(
    fc.property(answers, (answer) => {
      const events = [...chunks(FRAME, answer, true)];
      expect(events.every((event) => event.startsWith('data: ') && event.endsWith('\n\n'))).toBe(true);
      expect(events.at(-1)).toBe('data: [DONE]\n\n');
      for (const [at, { message }] of choicesOf(answer).entries())
        expect(assembled(events, at)).toEqual(
          JSON.parse(JSON.stringify({ ...message, refusal: message.refusal })),
        );
      expect(completion(FRAME, answer).choices.map(({ index, message }) => [index, message.content])).toEqual(
        choicesOf(answer).map(({ message }, index) => [index, message.content]),
      );
      expect(events.at(-2)).toContain('"total_tokens":10');
    }),
    { numRuns: 200 },
  );
});

it('a completion says what a client reads of it', () => {
  const answer = ChatAnswer.parse({ message: { content: 'hello' } });
  expect(completion(FRAME, answer)).toEqual({
    id: 'chatcmpl-e1',
    object: 'chat.completion',
    created: 1_750_000_000,
    model: 'assistant-small',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'hello', refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
  });
});
