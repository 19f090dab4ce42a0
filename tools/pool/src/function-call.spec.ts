import { expect, it } from 'vitest';
import { callSchema, readCall } from './function-call.js';
import { firstValue } from './instant-engine.js';

const functionNamed = (name: string, first: string) => ({
  name,
  parameters: {
    type: 'object',
    properties: { id: { enum: [first] } },
    required: ['id'],
    additionalProperties: false,
  },
});
const [find, close] = [functionNamed('find', 'a'), functionNamed('close', 'b')];

it('one function is called by its arguments alone', () => {
  const written = JSON.stringify(firstValue(callSchema([find])));
  expect(readCall([find], written)).toEqual({ name: 'find', arguments: '{"id":"a"}' });
});

it('one of several is called by its name and its own arguments', () => {
  const written = JSON.stringify(firstValue(callSchema([close, find])));
  expect(readCall([close, find], written)).toEqual({ name: 'close', arguments: '{"id":"b"}' });
});

it('what was cut off is no call', () => {
  expect(readCall([find], '{"id":')).toBeUndefined();
});
