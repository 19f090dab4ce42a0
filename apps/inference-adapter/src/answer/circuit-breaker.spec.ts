import { BailiwickError, type ErrorCode } from '@bailiwick/platform';
import { beforeEach, describe, expect, test } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.js';

let now: number;
let calls: number;
let breaker: CircuitBreaker;
beforeEach(() => {
  now = 0;
  calls = 0;
  breaker = new CircuitBreaker({ failures: 3, coolDownMs: 100, maxCoolDownMs: 400, now: () => now });
});

const failing = (code: ErrorCode): Promise<unknown> =>
  breaker
    .run(() => {
      calls++;
      return Promise.reject(new BailiwickError(code, 'test'));
    })
    .catch((thrown: unknown) => (thrown as BailiwickError).detail);
const working = (): Promise<unknown> =>
  breaker
    .run(() => {
      calls++;
      return Promise.resolve('answer');
    })
    .catch((thrown: unknown) => (thrown as BailiwickError).code);
async function open(): Promise<void> {
  for (let failure = 0; failure < 3; failure++) await failing('pool-unavailable');
}

describe('closed', () => {
  test('opens after as many consecutive failures as it is told', async () => {
    await failing('pool-unavailable');
    await failing('pool-timeout');
    expect(breaker.open).toBe(false);
    await failing('pool-refused');
    expect(breaker.open).toBe(true);
  });
  test('an answer between failures starts the count again', async () => {
    for (let round = 0; round < 5; round++) {
      await failing('pool-unavailable');
      await failing('pool-unavailable');
      await working();
    }
    expect(breaker.open).toBe(false);
  });
  test('an invalid answer is an answer, and a call that is given up says nothing', async () => {
    for (let round = 0; round < 10; round++) await failing('output-invalid');
    for (let round = 0; round < 10; round++) await failing('shutting-down');
    expect(breaker.open).toBe(false);
  });
});

describe('open', () => {
  test('calls fail at once as transient and do not reach the pool', async () => {
    await open();
    calls = 0;
    expect(await working()).toBe('pool-unavailable');
    expect(calls).toBe(0);
  });
  test('after the cool-down one call probes while the others wait', async () => {
    await open();
    now = 100;
    const { promise, resolve } = Promise.withResolvers<string>();
    const probe = breaker.run(() => promise);
    expect(await working()).toBe('pool-unavailable');
    resolve('answer');
    expect(await probe).toBe('answer');
    expect(breaker.open).toBe(false);
    expect(await working()).toBe('answer');
  });
  test('each probe that fails doubles the cool-down, up to its limit', async () => {
    await open();
    for (const coolDown of [100, 200, 400, 400, 400]) {
      now += coolDown - 1;
      expect(await working()).toBe('pool-unavailable');
      now += 1;
      expect(await failing('pool-timeout')).toBe('test');
    }
    now += 400;
    expect(await working()).toBe('answer');
    await open();
    now += 100;
    expect(await working()).toBe('answer');
  });
  test('a probe that is given up leaves the next call to probe', async () => {
    await open();
    now = 100;
    await failing('shutting-down');
    expect(await working()).toBe('answer');
  });
});
