import { ChatQuestion, takeApart } from '@bailiwick/chat';
import type { JsonObject } from '@bailiwick/domain';
import { describe, expect, test } from 'vitest';
import { TRIAGE } from '../request.test-kit.js';
import { chatOf, promptOf } from './prompt.js';

const SYSTEM = 'You triage.';
const LINES = [
  { label: 'Subject', field: 'Subject' },
  { label: 'Channel', field: 'Origin' },
  { label: 'Message', field: 'Description' },
];
const asking = (lines = LINES): typeof TRIAGE => ({ ...TRIAGE, prompt: { system: SYSTEM, lines } });
const userText = (fields: JsonObject, lines = LINES): unknown =>
  promptOf(asking(lines), fields).messages[1]?.content;

describe('what a model is asked of a record', () => {
  test('is the system text and one line a field, in the order of the purpose, and one answer under the schema', () => {
    const fields = { Description: 'It is broken.\nHelp!', Subject: 'Broken', Origin: 'Web' };
    expect(promptOf(asking(), fields)).toEqual({
      messages: [
        { role: 'system', content: SYSTEM },
        { role: 'user', content: 'Subject: Broken\nChannel: Web\nMessage: It is broken.\nHelp!' },
      ],
      temperature: 0,
      max_tokens: 160,
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'answer', strict: true, schema: TRIAGE.output.schema },
      },
    });
  });

  test('has no line for a field that is absent or null, and does not tell a field that no line names', () => {
    expect(userText({ Origin: null, Description: '', Secret: 'x' })).toBe('Message: ');
  });

  test('holds values that are not texts as JSON, and inherited names are not fields', () => {
    const lines = [
      { label: 'Age', field: 'Age' },
      { label: 'Tags', field: 'Tags' },
      { label: 'X', field: 'constructor' },
    ];
    expect(userText({ Age: 41, Tags: ['a', 'b'] }, lines)).toBe('Age: 41\nTags: ["a","b"]');
  });
});

describe("what a model is asked for a caller is the caller's question", () => {
  const QUESTION = ChatQuestion.parse({
    messages: [{ role: 'user', content: 'hello' }],
    temperature: 1,
    max_completion_tokens: 5000,
  });
  const fields = JSON.parse(JSON.stringify(takeApart(QUESTION))) as JsonObject;

  test("after the purpose's own instructions, and for no longer an answer than it allows", () => {
    expect(chatOf(asking([]), fields)).toEqual({
      messages: [
        { role: 'system', content: SYSTEM },
        { role: 'user', content: 'hello' },
      ],
      temperature: 1,
      max_tokens: 160,
    });
  });

  test('and nothing when its parts do not fit together', () => {
    expect(() => chatOf(asking([]), { ...fields, Messages: [] })).toThrow(
      expect.objectContaining({ code: 'record-undecodable' }),
    );
  });
});
