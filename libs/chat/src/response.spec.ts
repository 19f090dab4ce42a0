import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChatAnswer, type CompletionFrame } from './chat-answer.js';
import { chunks } from './chat-chunks.js';
import { ChatRequest } from './chat-request.js';
import { response } from './response-answer.js';
import { responseEvents } from './response-events.js';
import { ResponseRequest, chatOfResponse } from './response-request.js';

const frame: CompletionFrame = {
  eventId: 'evt_1',
  model: 'small',
  createdAt: new Date('2026-11-01T10:00:00Z'),
  usage: { inputTokens: 3, outputTokens: 4 },
};
const asked = (input: unknown, more: object = {}): ResponseRequest =>
  ResponseRequest.parse({ model: 'small', input, ...more });

describe('a response asks', () => {
  it('what the chat asks that says the same', () => {
    const request = asked(
      [
        { role: 'user', content: [{ type: 'input_text', text: 'Who?' }] },
        { type: 'function_call', call_id: 'c1', name: 'find', arguments: '{"id":7}' },
        { type: 'function_call_output', call_id: 'c1', output: 'found' },
      ],
      {
        instructions: 'Be short.',
        tools: [{ type: 'function', name: 'find', parameters: { type: 'object' }, strict: null }],
        tool_choice: { type: 'function', name: 'find' },
        text: { format: { type: 'json_schema', name: 'a', schema: { type: 'object' } } },
        max_output_tokens: 9,
        user: 'u-1',
      },
    );
    const chat = {
      model: 'small',
      user: 'u-1',
      messages: [
        { role: 'developer', content: 'Be short.' },
        { role: 'user', content: [{ type: 'text', text: 'Who?' }] },
        {
          role: 'assistant',
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'find', arguments: '{"id":7}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'found' },
      ],
      tools: [{ type: 'function', function: { name: 'find', parameters: { type: 'object' } } }],
      tool_choice: { type: 'function', function: { name: 'find' } },
      response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } },
      max_completion_tokens: 9,
    };
    expect(chatOfResponse(request)).toEqual(chat);
    expect(ChatRequest.parse(chatOfResponse(request))).toEqual(chat);
  });

  it.each([
    ['to go on with what was stored', { previous_response_id: 'resp_1' }],
    ['to be stored', { store: true }],
    ['for a tool of a provider', { tools: [{ type: 'web_search' }] }],
    ['with a picture', { input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'x' }] }] }],
  ])('nothing, when it asks %s', (_what, more) => {
    expect(ResponseRequest.safeParse({ model: 'small', input: 'Who?', ...more }).success).toBe(false);
  });
});

describe('a response says', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 });
  const answers = fc
    .record({ said: fc.option(text), refusal: fc.option(text), calls: fc.array(text, { maxLength: 3 }) })
    .map(({ said, refusal, calls }) =>
      ChatAnswer.parse({
        message: {
          content: said,
          refusal,
          ...(calls.length > 0 && {
            tool_calls: calls.map((written, index) => ({
              id: `c${index}`,
              function: { name: 'find', arguments: JSON.stringify({ written }) },
            })),
          }),
        },
      }),
    );

  it('the same in events as whole, in order and numbered', () => {
    const request = asked('Who?');
    fc.assert(
      fc.property(answers, (answer) => {
        const events = [...responseEvents(frame, answer, request)].map((event) => {
          const [, type, data] = /^event: (.+)\ndata: (.+)\n\n$/.exec(event) ?? [];
          return {
            named: type,
            ...(JSON.parse(data ?? '') as { type: string; delta?: string; sequence_number: number }),
          };
        });
        expect(events.map(({ sequence_number: at }) => at)).toEqual(events.map((_, index) => index));
        for (const { named, type } of events) expect(type).toBe(named);
        const whole = response(frame, answer, request);
        expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: whole });
        const deltas = events.map(({ delta = '' }) => delta).join('');
        const { content, refusal, tool_calls: calls = [] } = answer.message;
        expect(deltas).toBe(
          [content ?? '', refusal ?? '', ...calls.map((call) => call.function.arguments)].join(''),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('its texts in one line of an event each, whatever ends a line elsewhere', () => {
    const content = 'a\u0085b\u2028c\u2029d\r\ne';
    const answer = ChatAnswer.parse({ message: { content } });
    for (const event of [...responseEvents(frame, answer, asked('Who?')), ...chunks(frame, answer, false)])
      expect(event.trimEnd().split(/[\r\n\u0085\u2028\u2029]/).length).toBeLessThanOrEqual(2);
    const said = [...responseEvents(frame, answer, asked('Who?'))].at(-1)?.split('data: ')[1];
    expect(JSON.parse(said ?? '')).toMatchObject({ response: response(frame, answer, asked('Who?')) });
  });

  it('that it is incomplete, and why', () => {
    const answer = ChatAnswer.parse({ message: { content: 'cut' }, finish_reason: 'length' });
    expect(response(frame, answer, asked('Who?'))).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      usage: { input_tokens: 3, output_tokens: 4, total_tokens: 7 },
    });
  });
});
