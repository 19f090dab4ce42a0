import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InFlight } from './in-flight.js';
import { RecordOrder } from './record-order.js';

describe('order per record', () => {
  it('keeps the order of each key, whatever each work takes and whether it fails', async () => {
    const work = fc.record({ key: fc.constantFrom('a', 'b', 'c'), ms: fc.nat(3), fails: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(work, { maxLength: 20 }), async (works) => {
        const order = new RecordOrder();
        const done: number[] = [];
        await Promise.allSettled(
          works.map(({ key, ms, fails }, index) =>
            order.run(key, async () => {
              await sleep(ms);
              done.push(index);
              if (fails) throw new Error('failed');
            }),
          ),
        );
        for (const key of ['a', 'b', 'c']) {
          const mine = done.filter((index) => works[index]?.key === key);
          expect(mine).toEqual(mine.toSorted((x, y) => x - y));
        }
        expect(done).toHaveLength(works.length);
        expect(order.size).toBe(0);
      }),
      { numRuns: 30 },
    );
  });
});

describe('what is received at once', () => {
  it('never exceeds its limits, except for one that is larger than them alone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 40 }), async (sizes) => {
        const inFlight = new InFlight(100, 5);
        let bytes = 0;
        let count = 0;
        await Promise.all(
          sizes.map(async (size) => {
            await inFlight.enter(size);
            bytes += size;
            count += 1;
            expect(count === 1 || (bytes <= 100 && count <= 5)).toBe(true);
            await sleep(0);
            bytes -= size;
            count -= 1;
            inFlight.leave(size);
          }),
        );
        expect(inFlight.tryEnter(100)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('says at once when there is no room', () => {
    const inFlight = new InFlight(100, 5);
    expect(inFlight.tryEnter(90)).toBe(true);
    expect(inFlight.tryEnter(20)).toBe(false);
    inFlight.leave(90);
    expect(inFlight.tryEnter(20)).toBe(true);
  });
});
