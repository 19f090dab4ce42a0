import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BUILT_IN } from './built-in.js';
import { PolicySet } from './cedar.js';
import { CONDITIONS, anyInput, forbid } from './input.test-kit.js';
import { narrowingOf } from './narrowing.js';
import { placesOf } from './places.js';
import { questionOf } from './question.js';

/** A set of names that has them all. */
const EVERYTHING: ReadonlySet<string> = Object.assign(new Set<string>(), { has: () => true });

it('what no policy names cannot change an answer', { timeout: 60_000 }, () => {
  const sets: readonly PolicySet[] = [
    BUILT_IN.set,
    ...CONDITIONS.map((one) => narrowingOf({ tenant: 'atlas', version: 1, text: forbid('p', one) }).set),
  ];
  fc.assert(
    fc.property(anyInput, fc.constantFrom(...sets), (given, set) => {
      for (const { pools, transfer } of placesOf(given))
        for (const pool of pools.slice(0, 2))
          expect(set.ask(questionOf(given, pool, transfer, set.names))).toEqual(
            set.ask(questionOf(given, pool, transfer, EVERYTHING)),
          );
    }),
    { numRuns: 200 },
  );
});
