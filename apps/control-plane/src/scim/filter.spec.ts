import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFilter } from './filter.js';

test('comparisons joined by and are read, in any case, with texts that hold anything', () => {
  expect(
    parseFilter('userName Eq "Anna" AND active eq true and name.formatted sw "a \\"b\\" and c"'),
  ).toEqual([
    { attribute: 'userName', operator: 'eq', value: 'Anna' },
    { attribute: 'active', operator: 'eq', value: true },
    { attribute: 'name.formatted', operator: 'sw', value: 'a "b" and c' },
  ]);
  expect(parseFilter('urn:ietf:params:scim:schemas:core:2.0:User:externalId pr')).toEqual([
    { attribute: 'externalId', operator: 'pr', value: null },
  ]);
});

test('what is written as a comparison is read as it was', () => {
  const comparison = fc.record({
    attribute: fc.constantFrom('userName', 'displayName', 'members.value'),
    operator: fc.constantFrom('eq' as const, 'sw' as const, 'co' as const),
    value: fc.oneof(fc.string({ maxLength: 40 }), fc.boolean(), fc.constant(null)),
  });
  fc.assert(
    fc.property(fc.array(comparison, { minLength: 1, maxLength: 4 }), (wanted) => {
      const text = wanted.map(
        ({ attribute, operator, value }) => `${attribute} ${operator} ${JSON.stringify(value)}`,
      );
      expect(parseFilter(text.join(' and '))).toEqual(wanted);
    }),
  );
});

test.each([
  '',
  'userName',
  'userName eq',
  'userName eq Anna',
  'userName eq 7',
  'userName eq "Anna',
  'userName eq "a" or userName eq "b"',
  'not (userName eq "a")',
  '(userName eq "a")',
  'userName ne "a"',
  'userName eq "a" and',
  'userName eq "a" userName eq "b"',
  `userName eq "${'a'.repeat(1000)}"`,
])('%j is refused and never read wider than it was meant', (text) => {
  expect(() => parseFilter(text)).toThrow(
    expect.objectContaining({ status: 400, scimType: 'invalidFilter' }),
  );
});
