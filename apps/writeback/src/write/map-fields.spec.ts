import { describe, expect, test } from 'vitest';
import { mapFields } from './map-fields.js';

const answer = (output: unknown, renderings: Record<string, string> = {}) => ({
  outputJson: Buffer.from(JSON.stringify(output)),
  renderings,
});

test('each CRM field gets the value that the mapping names', () => {
  const mapping = {
    Priority: 'output.priority',
    Score__c: 'output.score',
    Suggested_Reply__c: 'rendering.reply',
  };
  expect(
    mapFields(mapping, answer({ priority: 'high', score: 3, unused: 'x' }, { reply: 'Dear Ada' })),
  ).toEqual({
    Priority: 'high',
    Score__c: 3,
    Suggested_Reply__c: 'Dear Ada',
  });
});

test('what the answer does not hold is left out, so the CRM keeps what it has', () => {
  const mapping = { A: 'output.absent', B: 'rendering.absent', C: 'output.toString', D: 'output.null' };
  expect(mapFields(mapping, answer({ null: null }))).toEqual({ D: null });
});

test('an output and a rendering of one name are told apart', () => {
  const mapping = { Code__c: 'output.reply', Text__c: 'rendering.reply' };
  expect(mapFields(mapping, answer({ reply: 'refund' }, { reply: 'Dear Ada' }))).toEqual({
    Code__c: 'refund',
    Text__c: 'Dear Ada',
  });
});

describe('an answer that is no JSON object is refused without a word of it', () => {
  test.each(['"Ada"', '[1]', 'Ada', ''])('%s', (text) => {
    const broken = { outputJson: Buffer.from(text), renderings: {} };
    expect(() => mapFields({}, broken)).toThrow(expect.objectContaining({ code: 'output-invalid' }));
    expect(() => mapFields({}, broken)).not.toThrow(/Ada/);
  });
});
