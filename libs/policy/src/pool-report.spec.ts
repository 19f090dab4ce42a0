import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from './decide.js';
import type { DecisionInput } from './decision-input.js';
import { anyInput, atlas, forbid, input, pool } from './input.test-kit.js';
import { poolNow, type PoolReport } from './pool-report.js';

const NOW = Date.parse('2026-11-01T12:00:30Z');
const STALE_AFTER_MS = 90_000;

const anyTime = fc.oneof(fc.integer({ min: NOW - 200_000, max: NOW + 200_000 }), fc.double());
const anyReport: fc.Arbitrary<PoolReport> = fc.record({
  at: anyTime,
  room: fc.option(fc.nat(2), { nil: undefined }),
  statement: fc.option(
    fc.record({
      at: anyTime,
      models: fc.subarray(['triage', 'long', 'other']),
      accelerators: fc.option(fc.constantFrom<readonly string[]>([], ['h200-1'], ['h200-2']), {
        nil: undefined,
      }),
    }),
    { nil: undefined },
  ),
});

const now = (one: DecisionInput['pools'][number], report?: PoolReport) =>
  poolNow(one, report, NOW, STALE_AFTER_MS);
const fresh = (more: Partial<PoolReport> = {}): PoolReport => ({ at: NOW - 1000, ...more });

describe('R1 what an adapter reports of its pool', { timeout: 60_000 }, () => {
  it('opens no pool that people did not agree on, whatever it says', () => {
    fc.assert(
      fc.property(anyInput, fc.infiniteStream(anyReport), (given, reports) => {
        const { policy: _, ...plain } = given;
        const reach = (pools: DecisionInput['pools']): readonly string[] =>
          pools.filter((one) => decide({ ...plain, pools: [one] }).outcome === 'allow').map(({ id }) => id);
        const agreed = given.pools.map(({ room: __, ...one }) => one);
        const before = reach(agreed);
        const after = reach(agreed.map((one) => now(one, reports.next().value)));
        expect(after.filter((id) => !before.includes(id))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('is unknown when it is older than the limit or from the future, and no assertion of people takes its place', () => {
    const agreed = pool('eu-a', 'eu-central', {
      room: 0,
      accelerators: ['h200-1'],
      attestedAt: '2026-11-01T12:00:00Z',
    });
    const told = fresh({ room: 3, statement: { at: NOW, models: [], accelerators: ['h200-2'] } });
    expect(now(agreed, told)).toEqual({
      ...agreed,
      room: 3,
      accelerators: ['h200-2'],
      attestedAt: '2026-11-01T12:00:00.000Z',
    });
    const unknown = pool('eu-a', 'eu-central');
    for (const at of [NOW - STALE_AFTER_MS - 1, NOW + STALE_AFTER_MS + 1, Number.NaN])
      expect(now(agreed, { ...told, at })).toEqual(unknown);
    expect(now(agreed)).toEqual(unknown);
  });

  it('that is old stops no pool, but every tenant that asks for accelerators or a proof', () => {
    const report = fresh({ room: 5, statement: { at: NOW, models: ['triage'], accelerators: ['h200-1'] } });
    const agreed = pool('eu-a', 'eu-central');
    const conditions = [
      'unless { resource.accelerators.contains("h200-1") }',
      'unless { resource has attestedAt && context.now.durationSince(resource.attestedAt) < duration("2h") }',
    ];
    const outcomes = (pools: DecisionInput['pools']): readonly string[] =>
      ['', ...conditions].map((condition) => {
        const policy = { tenant: 'atlas', version: 1, text: forbid('asks', condition) };
        return decide({ ...input, now: NOW, pools, ...(condition !== '' && { policy }) }).outcome;
      });
    expect(outcomes([now(agreed, report)])).toEqual(['allow', 'allow', 'allow']);
    expect(outcomes([now(agreed, { ...report, at: 0 })])).toEqual(['allow', 'hold', 'hold']);
    expect(outcomes([now(agreed, fresh({ room: 5 }))])).toEqual(['allow', 'hold', 'hold']);
  });

  it('passes a full pool over for another at home; with room in none the record waits, and goes nowhere else', () => {
    const [one, two, us] = [pool('eu-a', 'eu-central'), pool('eu-b', 'eu-central'), pool('us-a', 'us-east')];
    const at = (first: number, second: number) =>
      decide({
        ...input,
        profile: atlas,
        pools: [now(one, fresh({ room: first })), now(two, fresh({ room: second })), us],
      });
    expect(at(1, 1)).toMatchObject({ outcome: 'allow', pool: 'eu-a' });
    expect(at(0, 1)).toMatchObject({ outcome: 'allow', pool: 'eu-b' });
    expect(at(0, 0)).toMatchObject({ outcome: 'hold', reasons: ['no-capacity'] });
  });

  it('takes a model away that the pool does not serve, and adds none', () => {
    const agreed = pool('eu-a', 'eu-central', { models: ['triage', 'long'] });
    const models = (served: readonly string[]) =>
      now(agreed, fresh({ statement: { at: NOW, models: served } })).models;
    expect(models(['long', 'huge'])).toEqual(['long']);
    expect(models([])).toEqual(['triage', 'long']);
  });
});
