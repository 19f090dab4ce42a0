import { BailiwickError } from '@bailiwick/platform';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readChat } from './read-question.js';

const CANARY = 'canary-77aa';
const messages = [{ role: 'user', content: CANARY }];
const read = (value: unknown) => readChat(Buffer.from(JSON.stringify(value)));
function refusal(work: () => unknown): BailiwickError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof BailiwickError) return thrown;
    throw thrown;
  }
  throw new Error('it was not refused');
}
const nested = (depth: number): unknown => (depth === 0 ? CANARY : { a: nested(depth - 1) });

describe('the body of a chat', () => {
  it('is read as it is', () => {
    const chat = { model: 'small', messages, temperature: 0, user: 'u-1' };
    expect(read(chat)).toEqual(chat);
  });

  it("is read as Salesforce's LLM Open Connector writes it", () => {
    const chat = { model: 'small', messages, n: 1, max_tokens: 20, temperature: 1 };
    expect(read({ ...chat, parameters: { top_p: 0.5 } })).toEqual({ ...chat, top_p: 0.5 });
  });

  it.each([
    ['parameters that say it again', { model: 'm', messages, parameters: { model: 'other' } }, 'parameters'],
    ['parameters that could not be kept', { model: 'm', messages, parameters: { top_k: 1 } }, 'top_k'],
    ['no model', { messages }, 'model'],
    ['a member that could not be kept', { model: 'm', messages, logprobs: true }, 'logprobs'],
    [
      'a member of a message that is none',
      { model: 'm', messages: [{ ...messages[0], audio: {} }] },
      'messages.0.audio',
    ],
    ['a member that could be content', { model: 'm', messages, [`${CANARY}@x`]: 1 }, undefined],
    ['nine answers', { model: 'm', messages, n: 9 }, 'n'],
    ['no message', { model: 'm', messages: [] }, 'messages'],
    ['a role that is none', { model: 'm', messages: [{ role: CANARY, content: '' }] }, 'messages.0.role'],
    ['nesting that exhausts', { model: 'm', messages, tools: nested(40) }, undefined],
    [
      'a member that readers drop',
      { model: 'm', messages, tools: [JSON.parse('{"__proto__":{}}')] },
      undefined,
    ],
    ['a list', [CANARY], undefined],
  ])('refuses %s by name, without what it holds', (_what, body, param) => {
    const { code, detail, extensions } = refusal(() => read(body));
    expect(code).toBe('event-invalid');
    expect(extensions['param']).toBe(param);
    expect(detail + JSON.stringify(extensions)).not.toContain('canary');
  });

  it('is read or refused, whatever comes', () => {
    const member = fc.constantFrom(
      'model',
      'messages',
      'role',
      'content',
      'tools',
      'function',
      'name',
      'stop',
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.jsonValue(),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(member, tie('value'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(value, (body) => {
        try {
          read(body ?? null);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(BailiwickError);
        }
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(() => readChat(bytes)).toThrow(BailiwickError);
      }),
    );
  });
});
