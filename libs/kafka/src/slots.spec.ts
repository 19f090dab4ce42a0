import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Slots } from './slots.js';

const spin = (ms: number): void => {
  for (const end = performance.now() + ms; performance.now() < end;);
};

test('no more jobs than slots run at once, and all of them run in order', async () => {
  const slots = new Slots(3);
  const started: number[] = [];
  let most = 0;
  const jobs = Array.from({ length: 20 }, (_, n) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    slots.submit(async () => {
      started.push(n);
      most = Math.max(most, slots.busy);
      await turn();
      resolve();
    });
    return promise;
  });
  await Promise.all(jobs);
  expect(started).toEqual(Array.from({ length: 20 }, (_, n) => n));
  expect(most).toBe(3);
});

test('jobs that never wait let the event loop turn in between', async () => {
  const slots = new Slots(4);
  let done = 0;
  let turns = 0;
  const all = new Promise<void>((resolve) => {
    for (let n = 0; n < 60; n++)
      slots.submit(async () => {
        spin(1);
        await Promise.resolve();
        if (++done === 60) resolve();
      });
  });
  const count = (): void => {
    turns++;
    if (done < 60) setImmediate(count);
  };
  setImmediate(count);
  await all;
  expect(turns).toBeGreaterThan(3);
});
