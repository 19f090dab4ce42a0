import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generalise } from './generalise.js';

describe('a generalised value', () => {
  it.each([
    ['year', '1987-04-03', '1987'],
    ['year', '1987-04-03T10:00:00Z', '1987'],
    ['area', '10115', '10***'],
    ['area', 10115, '10***'],
    ['area', 'SW1A 1AA', 'SW***'],
    ['band', 37, '20 to 50'],
    ['band', '1000', '1000 to 2000'],
    ['band', -3.5, '-5 to -2'],
    ['band', 0, '-1 to 1'],
  ] as const)('by %s: %s becomes %s', (how, value, coarse) => {
    expect(generalise(value, how)).toBe(coarse);
  });

  it.each([
    ['year', '03.04.1987'],
    ['year', '1987'],
    ['year', '1987-13-01'],
    ['area', 'Unter den Linden 5'],
    ['area', 'Berlin'],
    ['band', 'many'],
    ['band', ' '],
    ['band', true],
    ['band', 'Infinity'],
    [undefined, '1987-04-03'],
  ] as const)('by %s: nothing of %s goes on, because it cannot be made coarse', (how, value) => {
    expect(generalise(value, how)).toBeNull();
  });

  it('is a band that holds the number, from the 1-2-5 series', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }), (number) => {
        const [lower = Number.NaN, upper = Number.NaN] = (generalise(number, 'band') ?? '')
          .split(' to ')
          .map(Number);
        expect(lower).toBeLessThanOrEqual(number);
        expect(upper).toBeGreaterThanOrEqual(number);
        expect(upper).toBeGreaterThan(lower);
      }),
    );
  });
});
