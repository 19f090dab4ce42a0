import { describe, expect, it } from 'vitest';
import { Slots } from './slots.js';

describe('slots', () => {
  it('run as many jobs at once as there are slots, first come first served', async () => {
    const slots = new Slots(2);
    const events: string[] = [];
    const releases: (() => void)[] = [];
    for (const name of ['a', 'b', 'c'])
      slots.submit(async () => {
        events.push(name);
        await new Promise<void>((done) => releases.push(done));
      });
    expect([events, slots.busy]).toEqual([['a', 'b'], 2]);
    releases[0]?.();
    await new Promise(setImmediate);
    expect([events, slots.busy]).toEqual([['a', 'b', 'c'], 2]);
    for (const release of releases) release();
    await new Promise(setImmediate);
    expect(slots.busy).toBe(0);
  });
});
