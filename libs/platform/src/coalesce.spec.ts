import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coalesce } from './coalesce.js';

describe('coalesce', () => {
  it('answers every call with its own value, in far fewer batches than calls', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer(), { minLength: 1, maxLength: 200 }), async (keys) => {
        let batches = 0;
        const double = coalesce(async (asked: readonly number[]) => {
          batches += 1;
          await Promise.resolve();
          return asked.map((key) => key * 2);
        });
        expect(await Promise.all(keys.map(double))).toEqual(keys.map((key) => key * 2));
        expect(batches).toBeLessThanOrEqual(2);
      }),
      { numRuns: 30 },
    );
  });

  it('a batch that fails fails its callers and not those after it', async () => {
    let fail = true;
    const once = coalesce(async (keys: readonly number[]) => {
      if (fail) throw new Error('down');
      return keys;
    });
    await expect(Promise.all([once(1), once(2)])).rejects.toThrow('down');
    fail = false;
    await expect(once(3)).resolves.toBe(3);
  });

  it('splits at the maximum', async () => {
    const sizes: number[] = [];
    const call = coalesce(async (keys: readonly number[]) => {
      sizes.push(keys.length);
      return keys;
    }, 10);
    await Promise.all(Array.from({ length: 25 }, (_, index) => call(index)));
    expect(sizes).toEqual([10, 10, 5]);
  });
});
