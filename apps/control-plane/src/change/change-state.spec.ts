import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  APPROVING_ROLES,
  LONGEST_EMERGENCY_MS,
  opened,
  step,
  type Act,
  type Effect,
  type Standing,
} from './change-state.js';

const NOW = 1_000_000;
const PEOPLE = ['ada', 'ben', 'cyd', 'dov'] as const;
const person = fc.constantFrom(...PEOPLE);
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constant('approve' as const), by: person, role: fc.constantFrom(...APPROVING_ROLES) }),
  fc.record({ kind: fc.constant('reject' as const), by: person }),
  fc.record({ kind: fc.constant('withdraw' as const), by: person }),
  fc.record({
    kind: fc.constant('pass-time' as const),
    now: fc.integer({ min: NOW, max: NOW + 2 * LONGEST_EMERGENCY_MS }),
  }),
);
const change = fc.record({
  author: person,
  emergency: fc.option(fc.record({ now: fc.constant(NOW), forMs: fc.integer() })),
});

/** Does the acts that are permitted, one after the other. */
function live(standing: Standing, acts: readonly Act[]): { end: Standing; effects: Effect[] } {
  const effects: Effect[] = [];
  let end = standing;
  for (const each of acts) {
    const next = step(end, each);
    if (!next.done) continue;
    end = next.standing;
    if (next.effect !== 'none') effects.push(next.effect);
  }
  return { end, effects };
}

describe('O2 the life of a change', () => {
  test('it is in force only by two people, one in each role, neither its author', () => {
    fc.assert(
      fc.property(change, fc.array(act, { maxLength: 12 }), ({ author, emergency }, acts) => {
        const { end } = live(opened(author, emergency), acts);
        if (end.state !== 'in-force') return;
        expect(end.approvals.map(({ role }) => role).toSorted()).toEqual(['compliance', 'security']);
        expect(new Set([...end.approvals.map(({ by }) => by), author]).size).toBe(3);
      }),
    );
  });

  test('without an emergency nothing takes effect before that, and it takes effect once', () => {
    fc.assert(
      fc.property(person, fc.array(act, { maxLength: 12 }), (author, acts) => {
        const { end, effects } = live(opened(author, null), acts);
        expect(effects).toEqual(end.state === 'in-force' ? ['apply'] : []);
      }),
    );
  });

  test('an emergency never outlives its end, nor the longest that there is', () => {
    fc.assert(
      fc.property(person, fc.integer(), fc.array(act, { maxLength: 12 }), (author, forMs, acts) => {
        const standing = opened(author, { now: NOW, forMs });
        expect(standing.emergencyUntil).toBeLessThanOrEqual(NOW + LONGEST_EMERGENCY_MS);
        const { end, effects } = live(standing, [
          ...acts,
          { kind: 'pass-time', now: NOW + LONGEST_EMERGENCY_MS },
        ]);
        expect(end.state).not.toBe('emergency');
        expect(effects).toEqual(end.state === 'in-force' ? [] : ['revert']);
      }),
    );
  });

  test('what has come to an end stays there, whatever is done', () => {
    fc.assert(
      fc.property(change, fc.array(act), fc.array(act), ({ author, emergency }, acts, later) => {
        const { end } = live(opened(author, emergency), acts);
        if (end.state === 'proposed' || end.state === 'emergency') return;
        expect(live(end, later)).toEqual({ end, effects: [] });
      }),
    );
  });

  test('the order of two approvals does not matter', () => {
    const approval = fc.record({ by: person, role: fc.constantFrom(...APPROVING_ROLES) });
    fc.assert(
      fc.property(change, approval, approval, ({ author, emergency }, one, two) => {
        const acts = [one, two].map((each): Act => ({ kind: 'approve', ...each }));
        const [a, b] = [acts, acts.toReversed()].map((order) => live(opened(author, emergency), order));
        if (a?.end.approvals.length === 2)
          expect([a.end.state, a.effects]).toEqual([b?.end.state, b?.effects]);
      }),
    );
  });
});
