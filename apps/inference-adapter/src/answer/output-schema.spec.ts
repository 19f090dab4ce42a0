import type { Purpose } from '@bailiwick/domain';
import { describe, expect, test } from 'vitest';
import { parseOutput } from './output-schema.js';

const purpose = (schema: Record<string, unknown>): Purpose => ({
  id: 'case-triage',
  tenant: 'atlas',
  version: 1,
  title: 't',
  lawfulBasis: 'b',
  object: 'Case',
  fields: {},
  prompt: { system: 's', lines: [{ label: 'a', field: 'b' }] },
  model: { alias: 'm', maxTokens: 1, timeoutMs: 1 },
  output: { schema, facets: [], renderings: {} },
  writeback: { target: 't', object: 'Case', mapping: {} },
});
const TRIAGE = purpose({
  $id: 'https://example.org/triage',
  type: 'object',
  additionalProperties: false,
  required: ['category'],
  properties: { category: { enum: ['billing', 'refund'] } },
});

test('an answer that satisfies the schema is its value', () => {
  expect(parseOutput(TRIAGE, ' {"category":"refund"}\n')).toEqual({ category: 'refund' });
  expect(parseOutput(purpose(TRIAGE.output.schema), '{"category":"billing"}')).toEqual({
    category: 'billing',
  });
});

describe('an answer is refused without a word of it', () => {
  test.each([
    ['that is not JSON', 'Dear Ada'],
    ['with text after it', '{"category":"refund"} Ada'],
    ['that lacks a field', '{}'],
    ['with a value that is not listed', '{"category":"Ada"}'],
    ['with a field that is not declared', '{"category":"refund","note":"Ada"}'],
    ['that is a list', '["Ada"]'],
    ['that is nothing', ''],
  ])('%s', (_, content) => {
    expect(() => parseOutput(TRIAGE, content)).toThrow(expect.objectContaining({ code: 'output-invalid' }));
    expect(() => parseOutput(TRIAGE, content)).not.toThrow(/Ada/);
  });
  test('that is no object although the schema would take it', () => {
    expect(() => parseOutput(purpose({}), '"text"')).toThrow(
      expect.objectContaining({ code: 'output-invalid' }),
    );
  });
  test('when the schema itself is broken', () => {
    expect(() => parseOutput(purpose({ type: 'nonsense' }), '{}')).toThrow(/not a JSON schema/);
  });
});
