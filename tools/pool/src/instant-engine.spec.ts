import { expect, it } from 'vitest';
import { firstValue } from './instant-engine.js';

it('takes the first value that each part of a schema allows', () => {
  const schema = {
    type: 'object',
    properties: {
      category: { type: 'string', enum: ['billing', 'refund'] },
      version: { const: 2 },
      choice: { oneOf: [{ type: 'integer' }, { type: 'string' }] },
      note: { type: ['null', 'string'] },
      tags: { type: 'array', items: { type: 'string' } },
      text: { type: 'string' },
      done: { type: 'boolean' },
    },
  };
  expect(firstValue(schema)).toEqual({
    category: 'billing',
    version: 2,
    choice: 0,
    note: null,
    tags: [],
    text: '',
    done: false,
  });
});
