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

  it.each([
    ['several answers', { n: 2 }, 'n'],
    ['tools', { tools: [{}] }, 'tools'],
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
