import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Sequence } from './sequence.js';

test('numbers only grow, whatever the clock does', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 2 }), (clock) => {
      let tick = 0;
      const sequence = new Sequence(() => clock[tick++] ?? 0);
      const numbers = clock.map(() => sequence.next());
      expect(numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0))).toBe(true);
    }),
  );
});

test('a process that starts later numbers higher', () => {
  const first = new Sequence(() => 1000);
  for (let n = 0; n < 50; n++) first.next();
  expect(new Sequence(() => 1051).next()).toBeGreaterThan(first.next());
});
