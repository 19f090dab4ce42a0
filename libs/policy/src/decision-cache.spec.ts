import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from './decide.js';
import { DecisionCache } from './decision-cache.js';
import { anyInput, atlas, forbid, input, pool } from './input.test-kit.js';

describe('the decision cache', { timeout: 60_000 }, () => {
  it('decides any sequence of inputs as they are decided without it, however few it remembers', () => {
    fc.assert(
      fc.property(
        fc.array(anyInput, { minLength: 1, maxLength: 3 }),
        fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { minLength: 5, maxLength: 12 }),
        fc.constantFrom(1, 2, 1000),
        (inputs, questions, most) => {
          const cache = new DecisionCache(most);
          for (const [a, b, spread] of questions) {
            // Parts of two inputs, so that the keys have some parts in common and others not.
            const [one, other] = [inputs[a % inputs.length]!, inputs[b % inputs.length]!];
            const given = { ...one, record: other.record, now: other.now, spread };
            expect(cache.decide(given)).toEqual(decide(given));
          }
          expect(cache.size).toBeLessThanOrEqual(Math.max(2, most));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('asks anew when something is published anew, and remembers nothing about one record or the load of pools', () => {
    const cache = new DecisionCache();
    const one = pool('eu-a', 'eu-central', { room: 1 });
    const two = pool('eu-b', 'eu-central', { room: 1 });
    const given = { ...input, pools: [one, two] };
    expect(cache.decide(given)).toMatchObject({ pool: 'eu-a' });
    expect(cache.decide({ ...given, spread: 1 })).toMatchObject({ pool: 'eu-b' });
    expect(cache.decide({ ...given, pools: [{ ...one, room: 0 }, two] })).toMatchObject({ pool: 'eu-b' });
    expect(cache.decide({ ...given, controlAgeMs: 2000, now: 5 })).toMatchObject({ pool: 'eu-a' });
    expect(cache.size).toBe(1);
    expect(cache.decide({ ...given, profile: { ...atlas, acknowledgement: null } })).toMatchObject({
      reasons: ['not-acknowledged'],
    });
    expect(cache.size).toBe(2);
  });

  it('does not remember that a policy could not be evaluated', () => {
    const cache = new DecisionCache();
    const policy = { tenant: 'atlas', version: 1, text: 'permit (principal, action, resource);' };
    expect(cache.decide({ ...input, policy }).reasons).toEqual(['policy-error']);
    expect(cache.size).toBe(0);
  });

  it('counts minutes only for tenants whose policies look at the time', () => {
    const cache = new DecisionCache();
    const policy = {
      tenant: 'atlas',
      version: 1,
      text: forbid('late', 'when { context.now >= datetime("2026-11-01T18:00:00Z") }'),
    };
    const at = (time: string) => cache.decide({ ...input, policy, now: Date.parse(time) }).outcome;
    expect(at('2026-11-01T17:59:59Z')).toBe('allow');
    expect(at('2026-11-01T17:59:01Z')).toBe('allow');
    expect(cache.size).toBe(1);
    expect(at('2026-11-01T18:00:00Z')).toBe('hold');
    expect(cache.size).toBe(2);
  });
});
