import { describe, expect, it } from 'vitest';
import { GoneCallers } from './gone-callers.js';

const { signal } = new AbortController();
const until = (given: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) =>
    given.addEventListener('abort', () => reject(given.reason as Error), { once: true }),
  );

describe('a question whose caller went', () => {
  it('is given up while it is worked on, and not begun afterwards', async () => {
    const callers = new GoneCallers();
    const working = callers.unlessGone('e-1', signal, until);
    callers.take({ eventId: 'e-other' });
    callers.take({ eventId: 'e-1' });
    expect(await working).toBeNull();
    let begun = false;
    expect(
      await callers.unlessGone('e-1', signal, () => {
        begun = true;
        return Promise.resolve('answer');
      }),
    ).toBeNull();
    expect(begun).toBe(false);
  });

  it('is told apart from work that ends for another reason', async () => {
    const callers = new GoneCallers();
    const stopping = new AbortController();
    const working = callers.unlessGone('e-1', stopping.signal, until);
    stopping.abort(new Error('the lane moves away'));
    await expect(working).rejects.toThrow('the lane moves away');
    await expect(callers.unlessGone('e-2', signal, () => Promise.reject(new Error('pool')))).rejects.toThrow(
      'pool',
    );
    expect(await callers.unlessGone('e-3', signal, () => Promise.resolve('answer'))).toBe('answer');
  });
});
