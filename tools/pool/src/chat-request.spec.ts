import { describe, expect, it } from 'vitest';
import { parseChatRequest } from './chat-request.js';

const parse = (body: unknown): ReturnType<typeof parseChatRequest> =>
  parseChatRequest(Buffer.from(JSON.stringify(body)));
const messages = [{ role: 'user', content: 'canary-4711' }];

describe('a chat completion request', () => {
  it('needs a model and messages only', () => {
    expect(parse({ model: 'm', messages })).toEqual({
      model: 'm',
      messages,
      temperature: 0,
      maxTokens: undefined,
      seed: undefined,
      schema: undefined,
      functions: [],
      stream: false,
      streamUsage: false,
    });
  });

  it('reads the newer spellings: developer, content parts, max_completion_tokens', () => {
    const content = [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ];
    const request = parse({
      model: 'm',
      messages: [{ role: 'developer', content }],
      max_completion_tokens: 9,
    });
    expect(request).toMatchObject({ messages: [{ role: 'system', content: 'ab' }], maxTokens: 9 });
  });

  describe('with tools', () => {
    const parameters = { type: 'object', properties: { id: { type: 'string' } } };
    const tools = ['find', 'close'].map((name) => ({ type: 'function', function: { name, parameters } }));

    it.each([
      ['may call', { tools }, []],
      ['may not call', { tools, tool_choice: 'none' }, []],
      ['must call', { tools, tool_choice: 'required' }, ['find', 'close']],
      ['must call one', { tools, tool_choice: { type: 'function', function: { name: 'close' } } }, ['close']],
    ])('that a model %s', (_what, more, called) => {
      expect(parse({ model: 'm', messages, ...more }).functions.map(({ name }) => name)).toEqual(called);
    });

    it('reads what was called and what came back as text', () => {
      const call = { id: 'c1', type: 'function', function: { name: 'find', arguments: '{"id":"7"}' } };
      const turns = [
        ...messages,
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'c1', content: 'found' },
      ];
      expect(parse({ model: 'm', messages: turns }).messages.slice(1)).toEqual([
        { role: 'assistant', content: JSON.stringify(call.function) },
        { role: 'user', content: 'found' },
      ]);
    });
  });

  it.each([
    ['several answers', { n: 2 }, 'n'],
    ['a tool that is none', { tools: [{}] }, 'tools.0'],
    [
      'a call of a function that is none',
      { tools: [], tool_choice: { type: 'function', function: { name: 'canary-4711' } } },
      'tool_choice',
    ],
    ['a temperature out of range', { temperature: 3 }, 'temperature'],
    ['an unknown response format', { response_format: { type: 'xml' } }, 'response_format.type'],
    ['no messages', { messages: [] }, 'messages'],
    ['a role that is none', { messages: [{ role: 'canary-4711', content: '' }] }, 'messages.0.role'],
  ])('refuses %s by the name of the field, without its value', (_what, wrong, field) => {
    const refused = (): unknown => parse({ model: 'm', messages, ...wrong });
    expect(refused).toThrow(field);
    expect(refused).not.toThrow('canary-4711');
  });

  it.each([
    ['no JSON', Buffer.from('{"model": canary-4711')],
    ['no UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22])],
  ])('refuses what is %s without quoting it', (_what, body) => {
    expect(() => parseChatRequest(body)).toThrow('The body is not JSON in UTF-8.');
  });
});
