import { describe, expect, it } from 'vitest';
import { createDetector } from '../detector.js';
import type { IdRule } from './id-rule.js';
import { ID_RULES } from './id-rules.js';

/** The mulberry32 generator: the same numbers in every run. */
function randomOf(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DIGITS = '0123456789';
const TRIES = 60_000;

/** A number of one of the rule's forms that its own check holds valid, found by trying: nobody's. */
function numberOf({ entity, shapes, form, check }: IdRule, random: (bound: number) => number): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const pick = (signs: string): string => signs.charAt(random(signs.length));
  for (let tried = 0; tried < TRIES; tried++) {
    const all = shapes.split(' ');
    const shape = all[tried % all.length] ?? '';
    let number = shape.replaceAll(/[9A?]/g, (sign) =>
      sign === 'A' ? pick(LETTERS) : sign === '9' || random(3) > 0 ? pick(DIGITS) : pick(LETTERS),
    );
    // Many have a birthday inside, in one order or another, at one of a few places.
    const at = random(6);
    const date = [two(random(100)), two(random(12) + 1), two(random(28) + 1)];
    const birthday = random(2) === 0 ? date.join('') : date.toReversed().join('');
    if (random(2) === 0 && /^9{6}/.test(shape.slice(at)))
      number = number.slice(0, at) + birthday + number.slice(at + 6);
    number = number.toUpperCase();
    if (form?.(number, number) === false || check?.(number, number) === false) continue;
    return number;
  }
  throw new Error(`no number of ${entity} was found`);
}

describe('every kind of number', () => {
  it.each(ID_RULES.map((rule, index) => [rule.entity, rule, index] as const))(
    'is found behind its word: %s',
    (entity, rule, index) => {
      const number = numberOf(rule, randomOf(index + 1));
      const word = (rule.words.split('|')[0] ?? '').replace('*', '');
      const text = `${word}: ${number}`;
      const look = createDetector({
        entities: [entity],
        ...(rule.country ? { countries: [rule.country] } : {}),
      });
      expect(look(text).map((span) => [span.entity, text.slice(span.start, span.end)])).toEqual([
        [entity, number],
      ]);
    },
  );
});
