import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EmbeddingAnswer,
  EmbeddingRequest,
  MOST_TEXTS,
  decodeVector,
  embeddingFields,
  embeddingList,
  embeddingQuestion,
  encodeVector,
} from './embedding.js';
import { NoQuestion } from './put-together.js';

const text = fc.string({ minLength: 1 });
const requests = fc.record(
  {
    model: fc.constant('small'),
    input: fc.oneof(text, fc.array(text, { minLength: 1, maxLength: MOST_TEXTS })),
    dimensions: fc.integer({ min: 1, max: 4096 }),
    encoding_format: fc.constantFrom('float' as const, 'base64' as const),
  },
  { requiredKeys: ['model', 'input'] },
);

describe('texts of which somebody wants vectors', () => {
  it('become fields of a record and again the same question', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const parsed = EmbeddingRequest.parse(request);
        const { input, dimensions } = embeddingQuestion(embeddingFields(parsed));
        expect(input).toEqual([parsed.input].flat());
        expect(dimensions).toBe(parsed.dimensions ?? undefined);
      }),
    );
  });

  it.each([{}, { Input: 'text' }, { Input: [] }, { Input: [1] }, { Input: ['a'], Dimensions: '[DATE]' }])(
    'make no question when the purpose leaves %j',
    (fields) => {
      expect(() => embeddingQuestion(fields)).toThrow(NoQuestion);
    },
  );

  it.each([
    ['tokens, in which nothing personal can be found', { input: [1, 2] }],
    ['lists of tokens', { input: [[1], [2]] }],
    ['more texts than one message holds', { input: Array.from({ length: MOST_TEXTS + 1 }, () => 'a') }],
    ['an empty text', { input: [''] }],
    ['what could not be kept', { input: 'a', truncate: true }],
  ])('are refused: %s', (_what, change) => {
    expect(EmbeddingRequest.safeParse({ model: 'small', ...change }).success).toBe(false);
  });
});

describe('vectors', () => {
  it('travel as 32-bit floats, whole', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
        (vector) => {
          expect(decodeVector(encodeVector(vector))).toEqual(vector);
          expect(EmbeddingAnswer.safeParse({ embeddings: [encodeVector(vector)] }).success).toBe(true);
        },
      ),
    );
  });

  it('are told as the client asks for them, in the order of their texts', () => {
    const answer = { embeddings: [encodeVector([1, 0.5]), encodeVector([0, 2])] };
    const frame = { model: 'small', usage: { inputTokens: 7, outputTokens: 0 } };
    const list = embeddingList(frame, answer, {});
    expect(list.data.map(({ index, embedding }) => [index, embedding])).toEqual([
      [0, [1, 0.5]],
      [1, [0, 2]],
    ]);
    expect(list).toMatchObject({ object: 'list', usage: { prompt_tokens: 7, total_tokens: 7 } });
    expect(embeddingList(frame, answer, { encoding_format: 'base64' }).data[0]?.embedding).toBe(
      answer.embeddings[0],
    );
  });

  it.each(['', 'AAA', 'not base64!', 'AAAAAAA='])('are refused when they are %j', (vector) => {
    const wrong = vector === '' ? [] : [vector];
    expect(EmbeddingAnswer.safeParse({ embeddings: wrong }).success).toBe(false);
  });
});
