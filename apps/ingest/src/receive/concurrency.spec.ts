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
            await inFlight.enter(size, `t${size % 3}`);
            bytes += size;
            count += 1;
            expect(count === 1 || (bytes <= 100 && count <= 5)).toBe(true);
            await sleep(0);
            bytes -= size;
            count -= 1;
            inFlight.leave(size);
          }),
        );
        await inFlight.enter(100, 't0');
        for (const tenant of ['t0', 't1', 't2']) expect(inFlight.waiting(tenant)).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it('lets the next in as soon as there is room, in the order of arrival', async () => {
    const inFlight = new InFlight(100, 5);
    const entered: number[] = [];
    await inFlight.enter(90, 'a');
    const waiting = [80, 5].map((size) => inFlight.enter(size, 'a').then(() => entered.push(size)));
    expect(inFlight.waiting('a')).toBe(2);
    inFlight.leave(90);
    await Promise.all(waiting);
    expect(entered).toEqual([80, 5]);
  });

  it('R1 lets a tenant wait for no more than one record of each other, whoever came first', async () => {
    const tenants = fc.array(fc.constantFrom('noisy', 'quiet', 'other'), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(tenants, async (arrivals) => {
        const inFlight = new InFlight(1000, 1);
        await inFlight.enter(1, 'first');
        const turns: string[] = [];
        const all = arrivals.map((tenant) =>
          inFlight.enter(1, tenant).then(() => {
            turns.push(tenant);
            inFlight.leave(1);
          }),
        );
        inFlight.leave(1);
        await Promise.all(all);
        const left = new Map<string, number>();
        for (const tenant of arrivals) left.set(tenant, (left.get(tenant) ?? 0) + 1);
        for (const [at, tenant] of turns.entries()) {
          const since = turns.slice(0, at).lastIndexOf(tenant);
          const between = turns.slice(since + 1, at);
          expect(new Set(between).size).toBe(between.length);
          left.set(tenant, (left.get(tenant) ?? 0) - 1);
        }
        expect([...left.values()].every((count) => count === 0)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
