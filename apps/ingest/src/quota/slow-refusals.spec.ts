import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { SlowRefusals } from './slow-refusals.js';

describe('fair: a tenant that is refused is not answered at once', () => {
  it('answers later, at once what is too much to keep, and has room again afterwards', async () => {
    const refusals = new SlowRefusals(30, 2);
    const answered: string[] = [];
    const refuse = (name: string, tenant = 'loud'): Promise<void> =>
      refusals.hold(tenant, new EventEmitter()).then(() => void answered.push(name));
    const kept = [refuse('a'), refuse('b'), refuse('c'), refuse('other', 'quiet')];
    await refuse('d');
    expect(answered).toEqual(['c', 'd']);
    await Promise.all(kept);
    expect(answered).toEqual(['c', 'd', 'a', 'b', 'other']);
    const again = [refuse('e'), refuse('f')];
    await refuse('g');
    expect(answered.slice(5)).toEqual(['g']);
    await Promise.all(again);
  });

  it('keeps nothing for a client that has gone', async () => {
    const refusals = new SlowRefusals(60_000, 1);
    for (let time = 0; time < 3; time++) {
      const client = new EventEmitter();
      const refused = refusals.hold('loud', client);
      expect(client.listenerCount('close')).toBe(1);
      client.emit('close');
      await refused;
      expect(client.listenerCount('close')).toBe(0);
    }
  });
});
