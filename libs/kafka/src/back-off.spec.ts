import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backOffMs } from './back-off.js';

describe('back-off', () => {
  it('doubles, is bounded, and never less than half of what it may be', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (failures, random) => {
          const bound = Math.min(15_000, 100 * 2 ** (failures - 1));
          expect(backOffMs(failures, () => random)).toBeGreaterThanOrEqual(bound / 2);
          expect(backOffMs(failures, () => random)).toBeLessThanOrEqual(bound);
        },
      ),
    );
  });
});
