import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyOrder } from './key-order.js';

describe('records of one key', () => {
  it('run one after the other in the order in which they came, whatever finishes when', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c', null)),
        fc.infiniteStream(fc.nat()),
        (keys, picks) => {
          const order = new KeyOrder<number>();
          const running: number[] = [];
          const started = new Map<string, number[]>();
          const start = (index: number): void => {
            const key = keys[index];
            running.push(index);
            if (key === null || key === undefined) return;
            expect(running.filter((other) => keys[other] === key)).toEqual([index]);
            started.set(key, [...(started.get(key) ?? []), index]);
          };
          keys.forEach((key, index) => order.admit(key, index) && start(index));
          while (running.length > 0) {
            const [done] = running.splice(picks.next().value % running.length, 1);
            const next = order.done(keys[done ?? 0] ?? null);
            if (next !== undefined) start(next);
          }
          for (const key of ['a', 'b', 'c'])
            expect(started.get(key) ?? []).toEqual(
              keys.flatMap((other, index) => (other === key ? [index] : [])),
            );
        },
      ),
    );
  });
});
