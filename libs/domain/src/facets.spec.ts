import { describe, expect, test } from 'vitest';
import { declaredFields, facetsOf } from './facets.js';

const OUTPUT = {
  schema: {
    type: 'object',
    properties: {
      category: { enum: ['billing', 'refund'] },
      summary: { type: 'string' },
      score: { enum: [1, 2] },
    },
  },
  facets: ['category', 'summary', 'score', 'absent'],
  renderings: {},
};

describe('facets', () => {
  test('are declared values of declared facets', () => {
    expect(facetsOf(OUTPUT, { category: 'billing', summary: 'Ada wants a refund' })).toEqual({
      category: 'billing',
    });
  });
  test('never hold free text, even when the purpose asks for it', () => {
    expect(facetsOf(OUTPUT, { summary: 'Ada' })).toEqual({});
  });
  test('never hold a value outside the enumeration, or one that is not a text', () => {
    expect(facetsOf(OUTPUT, { category: 'Ada', score: 1 })).toEqual({});
  });
  test('are none when the purpose declares none', () => {
    expect(facetsOf({ ...OUTPUT, facets: [] }, { category: 'billing' })).toEqual({});
  });
});

test('only names that the schema declares are told', () => {
  expect(declaredFields(OUTPUT, { category: 'billing', 'ada@example.org': 1, toString: 2 })).toEqual([
    'category',
  ]);
});
