import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateLimit } from './rate-limit.js';
import { TenantQuotas } from './tenant-quotas.js';

describe('a rate', () => {
  it('never lets more through in any span of time than its burst and its rate allow', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 });
    fc.assert(
      fc.property(
        gaps,
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 20 }),
        (gap, rate, burst) => {
          const limit = new RateLimit(rate, burst);
          const taken: number[] = [];
          let now = 0;
          for (const ms of gap) {
            now += ms;
            if (limit.take(now) === 0) taken.push(now);
          }
          for (const [first, from] of taken.entries())
            for (const [last, to] of taken.entries())
              if (last >= first)
                expect(last - first + 1).toBeLessThanOrEqual(burst + ((to - from) * rate) / 1000 + 1e-6);
        },
      ),
    );
  });

  it('lets in who comes again when it was told to', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 20 }), (rate, burst) => {
        const limit = new RateLimit(rate, burst);
        for (let n = 0; n < burst; n++) expect(limit.take(0)).toBe(0);
        const wait = limit.take(0);
        expect(wait).toBeGreaterThan(0);
        expect(limit.take(wait + 1e-6)).toBe(0);
      }),
    );
  });

  it('gives those who wait their places one after the other', () => {
    const limit = new RateLimit(10, 1);
    expect([0, 0, 0].map((now) => limit.reserve(now))).toEqual([0, 100, 200]);
    expect(limit.isFull(299)).toBe(false);
    expect(limit.isFull(300)).toBe(true);
  });
});

describe('R1 the quota of a tenant', () => {
  const at = new Date('2026-11-01T23:00:00Z');
  const quotas = (days = true): TenantQuotas =>
    new TenantQuotas(
      {
        default: { recordsPerSecond: 1, burst: 2, recordsPerDay: 5 },
        tenants: { big: { recordsPerSecond: 1, burst: 50 } },
      },
      { take: () => Promise.resolve(days) },
      () => at,
    );

  it('refuses the one that comes too early, says when to come again, and leaves others alone', async () => {
    const quota = quotas();
    await quota.take('noisy', false);
    await quota.take('noisy', false);
    const tooMany = { code: 'too-many-requests', extensions: { retryAfter: '1' } };
    await expect(quota.take('noisy', false)).rejects.toMatchObject(tooMany);
    expect(() => quota.expect('noisy')).toThrow(expect.objectContaining(tooMany) as Error);
    quota.expect('quiet');
    for (let n = 0; n < 50; n++) await quota.take('big', false);
  });

  it('waits in a stream instead of refusing', async () => {
    const quota = new TenantQuotas(
      { default: { recordsPerSecond: 100, burst: 1 }, tenants: {} },
      { take: () => Promise.resolve(true) },
    );
    const started = performance.now();
    for (let n = 0; n < 6; n++) await quota.take('atlas', true);
    expect(performance.now() - started).toBeGreaterThanOrEqual(45);
  });

  it('refuses when the day is used up, until midnight', async () => {
    await expect(quotas(false).take('atlas', true)).rejects.toMatchObject({
      code: 'quota-exhausted',
      extensions: { retryAfter: '3600' },
    });
  });
});
