import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyAfter, numberAfter, pageFrom, type Page } from './page.js';

test('pages that follow one another are the whole list, each item once, whatever the limit', () => {
  const names = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 40 });
  fc.assert(
    fc.property(names, fc.integer({ min: 1, max: 10 }), (all, limit) => {
      const sorted = all.toSorted();
      const read: string[] = [];
      let page: Page<string> = pageFrom(sorted, { limit }, (name) => name);
      for (read.push(...page.items); page.next !== null; read.push(...page.items))
        page = pageFrom(sorted, { limit, after: page.next }, (name) => name);
      expect(read).toEqual(sorted);
    }),
  );
});

test('what was added before the place of a page moves no item twice', () => {
  const page = pageFrom(['b', 'c', 'd'], { limit: 2 }, (name) => name);
  expect(pageFrom(['a', 'b', 'c', 'd'], { limit: 2, after: page.next ?? '' }, (name) => name).items).toEqual([
    'd',
  ]);
});

test.each(['%', 'not base64!', 'YQ==', ' YQ'])('%j is no place in a list', (after) => {
  expect(() => keyAfter(after)).toThrow('give `next` of the page before');
});

test('a place of another list is none in a list that is numbered', () => {
  expect(numberAfter(Buffer.from('17').toString('base64url'))).toBe(17);
  expect(() => numberAfter(Buffer.from('atlas').toString('base64url'))).toThrow('give `next`');
});
