import { createDetector } from '@bailiwick/detect';
import type { JsonObject } from '@bailiwick/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChatQuestion, ChatRequest, questionOf } from './chat-request.js';
import { NoQuestion, putTogether } from './put-together.js';
import { questions } from './question.test-kit.js';
import { takeApart, type ChatFields } from './take-apart.js';

const asRecord = (fields: ChatFields): JsonObject => JSON.parse(JSON.stringify(fields)) as JsonObject;
/** Held JSON comes back as JSON writes it. */
const normal = (question: ChatQuestion): unknown =>
  JSON.parse(
    JSON.stringify(question, (key, value: unknown) => {
      if (key !== 'arguments' || typeof value !== 'string') return value;
      try {
        return JSON.stringify(JSON.parse(value));
      } catch {
        return value;
      }
    }),
  );

/** A conversation with tools, as clients have them every day. */
const CONVERSATION: ChatQuestion = ChatQuestion.parse({
  messages: [
    { role: 'system', content: 'You help agents of a shop.' },
    { role: 'user', content: [{ type: 'text', text: 'Where is the parcel of Erika Mustermann?' }] },
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        {
          id: 'call_1',
          type: 'function',
          function: { name: 'find_parcel', arguments: '{"customer":"Erika Mustermann","limit":3}' },
        },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: '{"status":"in transit"}' },
  ],
  tools: [
    {
      type: 'function',
      function: {
        name: 'find_parcel',
        description: 'Finds parcels of a customer.',
        parameters: {
          type: 'object',
          additionalProperties: false,
          required: ['customer'],
          properties: {
            customer: { type: 'string', description: 'Whole name, such as Max Beispiel.' },
            limit: { type: 'integer', minimum: 1, maximum: 20 },
          },
        },
      },
    },
  ],
  tool_choice: 'auto',
  response_format: {
    type: 'json_schema',
    json_schema: { name: 'answer', strict: true, schema: { type: 'object', properties: {} } },
  },
  temperature: 0.2,
  max_completion_tokens: 300,
});

describe('a question taken apart', () => {
  it('is the same question when it is put together again, whatever it holds', () => {
    fc.assert(
      fc.property(questions, (question) => {
        expect(normal(putTogether(asRecord(takeApart(question))))).toEqual(normal(question));
      }),
      { numRuns: 300 },
    );
    expect(putTogether(asRecord(takeApart(CONVERSATION)))).toEqual(CONVERSATION);
  });

  it('B1: keeps every text of the client among the texts, and none in the layout', () => {
    fc.assert(
      fc.property(questions, fc.stringMatching(/^canary[0-9]{6} x$/), (question, canary) => {
        const planted = JSON.parse(
          JSON.stringify(question, (key, value: unknown) =>
            typeof value === 'string' && !['role', 'type', 'tool_choice'].includes(key) ? canary : value,
          ),
        ) as ChatQuestion;
        const fields = takeApart(planted);
        expect(fields.Layout?.join('\n')).not.toContain(canary);
      }),
      { numRuns: 200 },
    );
  });

  it('has a layout in which no detector finds anything, so that nothing of it is masked', () => {
    const detect = createDetector({});
    for (const line of takeApart(CONVERSATION).Layout ?? []) expect(detect(line)).toEqual([]);
  });

  it('says for each text what it is: instructions, messages, calls or tools', () => {
    expect(takeApart(CONVERSATION)).toMatchObject({
      Instructions: ['You help agents of a shop.'],
      Messages: ['Where is the parcel of Erika Mustermann?', '{"status":"in transit"}', 'call_1'],
      Calls: ['call_1', 'find_parcel', 'Erika Mustermann', '3'],
    });
  });
});

describe('what is put together after a purpose has had its way', () => {
  it('lacks the messages of a field that the purpose drops', () => {
    const { Instructions: _, ...left } = asRecord(takeApart(CONVERSATION));
    expect(putTogether(left).messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
  });

  it('holds pseudonyms where names were, in arguments and in names of members too', () => {
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{"Max Muster":{"n":1}}' } };
    const fields = asRecord(
      takeApart(ChatQuestion.parse({ messages: [{ role: 'assistant', tool_calls: [call] }] })),
    );
    const calls = (fields['Calls'] as string[]).map((text) => text.replace('Max Muster', '⟦PERSON·k7q2⟧'));
    expect(putTogether({ ...fields, Calls: calls }).messages[0]).toMatchObject({
      tool_calls: [{ function: { arguments: '{"⟦PERSON·k7q2⟧":{"n":1}}' } }],
    });
  });

  it.each([
    ['an empty layout', () => ({ Layout: [] }), 'not a question'],
    [
      'a masked layout',
      (fields: JsonObject) => ({ ...fields, Layout: ['text Messages [PERSON]'] }),
      'changed',
    ],
    ['a lost text', (fields: JsonObject) => ({ ...fields, Messages: ['only one'] }), 'fewer texts'],
    ['a text too many', (fields: JsonObject) => ({ ...fields, Tools: Array(99).fill('x') }), 'more texts'],
    ['no record of a chat', () => ({ Subject: 'x' }), 'no layout'],
  ])('is refused for %s, and the refusal quotes nothing', (_, change, says) => {
    const attempt = (): ChatQuestion => putTogether(change(asRecord(takeApart(CONVERSATION))));
    expect(attempt).toThrow(NoQuestion);
    expect(attempt).toThrow(says);
    expect(attempt).not.toThrow('Mustermann');
  });

  it('never throws anything else, whatever the fields hold', () => {
    const line = fc.oneof(fc.string(), fc.constantFrom('text Messages messages>0>content', 'is Layout a {}'));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('Layout', 'Messages', 'Calls'), fc.array(line)), (fields) => {
        try {
          putTogether(fields);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(NoQuestion);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a request', () => {
  it('is asked without what the model need not know', () => {
    const request = ChatRequest.parse({
      model: 'assistant-small',
      messages: [{ role: 'user', content: 'hello' }],
      user: 'erika@example.com',
      stream: true,
      stream_options: { include_usage: true },
      temperature: null,
    });
    expect(questionOf(request)).toEqual({ messages: [{ role: 'user', content: 'hello' }] });
  });

  it.each([
    ['seed', 5],
    ['logprobs', true],
    ['n', 9],
    ['store', true],
    ['messages', [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }]],
  ])('is refused with %s, which could not be kept', (member, value) => {
    const request = { model: 'm', messages: [{ role: 'user', content: 'x' }], [member]: value };
    expect(ChatRequest.safeParse(request).success).toBe(false);
  });
});
