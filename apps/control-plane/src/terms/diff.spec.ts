import type { Json } from '@bailiwick/domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differenceLines, differences } from './diff.js';

/** JSON values without empty members, for which equality of text and of value are the same. */
const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;

/** The value with the differences put in. */
function patched(before: Json, found: ReturnType<typeof differences>): Json | undefined {
  let result: unknown = structuredClone(before);
  for (const { path, after } of found) {
    if (path === '') return after;
    const names = path.split('.');
    let parent = result as Record<string, unknown>;
    for (const name of names.slice(0, -1)) parent = parent[name] as Record<string, unknown>;
    const last = names.at(-1) ?? '';
    if (after === undefined) delete parent[last];
    else parent[last] = after;
  }
  result = JSON.parse(JSON.stringify(result));
  return result as Json;
}

test('equal values have no differences, also when their members stand in another order', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(differences(value, structuredClone(value))).toEqual([]);
    }),
  );
  expect(differences({ a: 1, b: 2 }, { b: 2, a: 1 })).toEqual([]);
});

test('what is put in place of each difference makes the one of the other', () => {
  const named = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.oneof(fc.integer(), fc.string()), {
    maxKeys: 4,
  });
  const nested = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.oneof(named, fc.boolean()), {
    maxKeys: 4,
  });
  fc.assert(
    fc.property(nested, nested, (before, after) => {
      expect(patched(before as Json, differences(before as Json, after as Json))).toEqual(after);
    }),
  );
});

test('a person reads one line a leaf', () => {
  const before = { isolation: 'shared', permitted: [{ jurisdiction: 'us', highest: 'Internal' }], old: 1 };
  const after = {
    isolation: 'dedicated',
    permitted: [{ jurisdiction: 'us', highest: 'Public' }],
    contacts: [{ name: 'A' }],
  };
  expect(differenceLines(differences(before, after))).toEqual([
    '~ isolation: "shared" → "dedicated"',
    '~ permitted.0.highest: "Internal" → "Public"',
    '- old: 1',
    '+ contacts.0.name: "A"',
  ]);
});
