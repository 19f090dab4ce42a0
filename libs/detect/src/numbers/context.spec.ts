import { describe, expect, it } from 'vitest';
import { CERTAIN_ENTITIES } from '../certain.js';
import { detect } from '../detect.js';
import { ENTITIES } from '../detector.js';

const found = (text: string): string[] =>
  detect(text, { entities: ['PL_PESEL', 'CREDIT_CARD', 'NL_BSN'] }).map(({ start, end }) =>
    text.slice(start, end),
  );

describe('a word beside a number', () => {
  it.each([
    ['before it', 'PESEL 44051401359', ['44051401359']],
    ['some words before it', 'PESEL of the new customer is 44051401359', ['44051401359']],
    ['inflected', 'bez PESEL-u 44051401359', ['44051401359']],
    ['in capitals with full stops', 'B.S.N. 111222333', ['111222333']],
    ['right after it', '44051401359 is her PESEL', ['44051401359']],
    ['before a list', 'BSN 111222333, 111222333', ['111222333', '111222333']],
  ])('%s says what it is', (_, text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each([
    ['before another number', 'BSN 111222333 and 111222333 parcels', ['111222333']],
    ['after a comma', '44051401359, no PESEL yet', []],
    ['nearer than the other', 'BSN unknown, order no. 111222333', []],
    ['far away', `PESEL ${'and so on '.repeat(9)} 44051401359`, []],
  ])('%s does not', (_, text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it('for an order lowers its score only right before it', () => {
    expect(found('order number 4111111111111111')).toEqual([]);
    expect(found('your order, 4111111111111111')).toEqual(['4111111111111111']);
  });
});

describe('the kinds that prove a leak', () => {
  it('can all be found, and none is told by guess', () => {
    for (const name of CERTAIN_ENTITIES) expect(ENTITIES.has(name)).toBe(true);
    for (const name of ['PERSON', 'LOCATION', 'AGE', 'PASSWORD', 'US_BANK_NUMBER'])
      expect(CERTAIN_ENTITIES).not.toContain(name);
  });
});
