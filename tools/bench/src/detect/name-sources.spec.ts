import { expect, test } from 'vitest';
import { isOwn, nameSources } from './name-sources.js';
import type { Sample } from './sample.js';

test('a name counts as own when every word of it is', () => {
  expect(
    ['Annegret Brinkmann', 'Mehmet Yılmaz', 'Brinkmann, Annegret', 'Annegret Fakerson'].map(isOwn),
  ).toEqual([true, true, true, false]);
});

test('the recall of names is told apart by their source', () => {
  const sample = (text: string): Sample => ({
    language: 'de',
    country: 'DE',
    kind: 'field',
    text,
    truth: [{ start: 0, end: text.length, kind: 'PERSON' }],
    traps: [],
  });
  const set = [sample('Annegret Brinkmann'), sample('Annegret Fakerson'), sample('Uwe Fakerson')];
  const found = nameSources(set, ({ text }) =>
    text === 'Uwe Fakerson' ? [{ start: 0, end: 3, entity: 'PERSON' }] : [],
  );
  expect(found['PERSON']).toEqual({ faker: 0.5, own: 0 });
});
