import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordFields } from './record-field.js';

describe('the fields of a record', () => {
  it('are flat: nested ones have dotted names, lists of objects share one', () => {
    expect(
      recordFields({
        Subject: 'late',
        Account: { Name: 'Example', Tier: 2 },
        Contacts: [{ Email: 'a@example.org' }, { Email: 'b@example.org', Primary: true }],
        Tags: ['one'],
      }),
    ).toEqual([
      { name: 'Subject', values: ['late'], list: false },
      { name: 'Account.Name', values: ['Example'], list: false },
      { name: 'Account.Tier', values: [2], list: false },
      { name: 'Contacts.Email', values: ['a@example.org', 'b@example.org'], list: true },
      { name: 'Contacts.Primary', values: [true], list: true },
      { name: 'Tags', values: ['one'], list: true },
    ]);
  });

  it('are named even when they have no value', () => {
    expect(recordFields({ a: null, b: [], c: {}, d: [null] })).toEqual([
      { name: 'a', values: [], list: false },
      { name: 'b', values: [], list: true },
      { name: 'c', values: [], list: false },
      { name: 'd', values: [], list: true },
    ]);
  });

  it('keep both values when two ways of writing lead to one name', () => {
    expect(recordFields({ 'a.b': 1, a: { b: 2 } })).toEqual([{ name: 'a.b', values: [1, 2], list: true }]);
  });

  it('hold every scalar of the record exactly once, and no name twice', () => {
    const scalars = (value: unknown): unknown[] => {
      if (value === null) return [];
      return typeof value === 'object' ? Object.values(value).flatMap(scalars) : [value];
    };
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (record) => {
        const fields = recordFields(record as Parameters<typeof recordFields>[0]);
        expect(new Set(fields.map(({ name }) => name)).size).toBe(fields.length);
        const found = fields.flatMap(({ values }) => values);
        expect(found.map(String).toSorted()).toEqual(scalars(record).map(String).toSorted());
      }),
    );
  });
});
