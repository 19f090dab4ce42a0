import { EmbeddingAnswer, decodeVector } from '@bailiwick/chat';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { embeddingCall, parseEmbeddings } from './embedding-list.js';

const list = (data: readonly object[]): string =>
  JSON.stringify({ object: 'list', data, usage: { prompt_tokens: 9, total_tokens: 9 } });

test('there is one vector for each text, in the order of the texts', () => {
  const body = list([
    { index: 1, embedding: [0, 2] },
    { index: 0, embedding: [1, 0.5] },
  ]);
  const { answer, inputTokens } = parseEmbeddings(body, { input: ['a', 'b'] });
  expect(answer.embeddings.map(decodeVector)).toEqual([
    [1, 0.5],
    [0, 2],
  ]);
  expect(inputTokens).toBe(9);
});

test('what is asked is what the purpose left, and nothing else', () => {
  const call = embeddingCall({ model: 'm', asked: { input: ['a'], dimensions: 2 }, timeoutMs: 1 });
  expect(call).toMatchObject({ path: '/v1/embeddings', operation: 'embeddings' });
  expect(call.asked).toEqual({ input: ['a'], dimensions: 2, encoding_format: 'float' });
});

describe('no answer is', () => {
  const [one, two] = [
    { index: 0, embedding: [1, 2] },
    { index: 1, embedding: [3, 4] },
  ];
  test.each([
    ['a body that is not JSON', '<html>', undefined],
    ['a vector too few', list([one]), undefined],
    ['a vector too many', list([one, two, { index: 2, embedding: [1, 2] }]), undefined],
    ['a text told twice', list([one, one]), undefined],
    ['vectors of two lengths', list([one, { index: 1, embedding: [1] }]), undefined],
    ['vectors of another length than was asked for', list([one, two]), 3],
    ['a vector that says something else', list([one, { index: 1, embedding: ['Lena Vogt'] }]), undefined],
    ['an empty vector', list([{ index: 0, embedding: [] }, two]), undefined],
  ])('%s', (_, body, dimensions) => {
    const asked = { input: ['a', 'b'], ...(dimensions !== undefined && { dimensions }) };
    expect(() => parseEmbeddings(body, asked)).toThrow(expect.objectContaining({ code: 'output-invalid' }));
  });
  test('anything else, and what is one has the form that travels', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          const { answer } = parseEmbeddings(JSON.stringify(value), { input: ['a'] });
          expect(EmbeddingAnswer.safeParse(answer).success).toBe(true);
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'output-invalid' });
        }
      }),
    );
  });
});
