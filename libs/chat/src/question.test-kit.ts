import type { Json } from '@bailiwick/domain';
import fc from 'fast-check';
import type { ChatMessage, ChatQuestion } from './chat-request.js';

const text = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'grapheme', maxLength: 20 }));
const name = fc.stringMatching(/^[a-z_]{1,20}$/);
const content = fc.oneof(
  text,
  fc.array(
    text.map((written) => ({ type: 'text' as const, text: written })),
    { minLength: 1, maxLength: 3 },
  ),
);
const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
/** Readers of JSON drop a member of this name, so whoever takes a body in refuses it. */
const memberName = fc.oneof(name, text).filter((key) => key !== '__proto__');
const members = fc.dictionary(memberName, json, { maxKeys: 4 });
const call = fc.record({
  id: fc.stringMatching(/^call_[A-Za-z0-9]{4,12}$/),
  type: fc.constant('function' as const),
  function: fc.record({
    name,
    arguments: fc.oneof(
      members.map((value) => JSON.stringify(value)),
      text,
    ),
  }),
});
const message: fc.Arbitrary<ChatMessage> = fc.oneof(
  fc.record({ role: fc.constant('system' as const), content }),
  fc.record({ role: fc.constant('developer' as const), content }),
  fc.record({ role: fc.constant('user' as const), content, name }, { requiredKeys: ['role', 'content'] }),
  fc.record({ role: fc.constant('assistant' as const), content }),
  fc.record({
    role: fc.constant('assistant' as const),
    tool_calls: fc.array(call, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ role: fc.constant('tool' as const), content, tool_call_id: name }),
);
const tool = fc.record({
  type: fc.constant('function' as const),
  function: fc.record({ name, description: text, parameters: members }, { requiredKeys: ['name'] }),
});

/** Questions of every form that the interface takes. */
export const questions = fc.record(
  {
    messages: fc.array(message, { minLength: 1, maxLength: 5 }),
    tools: fc.array(tool, { minLength: 1, maxLength: 3 }),
    tool_choice: fc.oneof(
      fc.constantFrom('none' as const, 'auto' as const, 'required' as const),
      name.map((called) => ({ type: 'function' as const, function: { name: called } })),
    ),
    temperature: fc.constantFrom(0, 0.7, 2),
    max_tokens: fc.integer({ min: 1, max: 9999 }),
    parallel_tool_calls: fc.boolean(),
    stop: fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 4 })),
    response_format: fc.oneof(
      fc.record({ type: fc.constantFrom('text' as const, 'json_object' as const) }),
      fc.record({
        type: fc.constant('json_schema' as const),
        json_schema: fc.record({ name, schema: members }),
      }),
    ),
  },
  { requiredKeys: ['messages'] },
) as fc.Arbitrary<ChatQuestion>;
