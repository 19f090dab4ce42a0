import { CATEGORIES, SENSITIVITIES, type Decision, type ResidencyProfile } from '@bailiwick/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from './decide.js';
import { explain } from './explain.js';
import { DecisionCache } from './decision-cache.js';
import type { DecisionInput } from './decision-input.js';
import { CONDITIONS, anyInput, anyPolicy, atlas, forbid, input, purpose } from './input.test-kit.js';
import { RULES } from './rules.js';

/** Pools that may answer: what a profile permits, whichever pools happen to be there. */
const reach = (given: DecisionInput): readonly string[] =>
  given.pools.filter((pool) => decide({ ...given, pools: [pool] }).outcome === 'allow').map(({ id }) => id);

const lower = (label: string): (typeof SENSITIVITIES)[number] =>
  SENSITIVITIES[Math.max(0, SENSITIVITIES.findIndex((known) => known === label) - 1)] ?? 'Public';

/** Every way to narrow a profile. */
const NARROWINGS: readonly ((profile: ResidencyProfile) => ResidencyProfile)[] = [
  (profile) => ({ ...profile, permitted: profile.permitted.slice(1) }),
  (profile) => ({ ...profile, permitted: profile.permitted.slice(0, -1) }),
  (profile) => ({
    ...profile,
    permitted: profile.permitted.map((one) => ({ ...one, transferBasis: 'none' as const })),
  }),
  (profile) => ({
    ...profile,
    permitted: profile.permitted.map((one) => ({
      ...one,
      highestSensitivity: lower(one.highestSensitivity),
    })),
  }),
  (profile) => ({ ...profile, isolation: 'dedicated' }),
  (profile) => ({ ...profile, acknowledgement: null }),
];

describe('for any input, decide', { timeout: 60_000 }, () => {
  it('gives a decision with a reason, the same each time, and explain tells the same', () => {
    fc.assert(
      fc.property(anyInput, (given) => {
        const decision: Decision = decide(given);
        expect(['allow', 'deny', 'hold']).toContain(decision.outcome);
        expect(decision.reasons.length).toBeGreaterThan(0);
        expect(decide(structuredClone(given))).toEqual(decision);
        expect(explain(given).decision).toEqual(decision);
      }),
      { numRuns: 300 },
    );
  });

  it('lets no load take a record to another jurisdiction, unless the profile says so', () => {
    fc.assert(
      fc.property(anyInput, fc.nat(), (given, seed) => {
        const profile = given.profile && { ...given.profile, overflow: 'never' as const };
        const roomy = decide({ ...given, profile, pools: given.pools.map((one) => ({ ...one, room: 1 })) });
        const loaded = given.pools.map((one, index) => ({ ...one, room: (seed >> index) & 1 }));
        const full = decide({ ...given, profile, pools: loaded });
        if (full.outcome !== 'allow') return;
        expect(roomy).toMatchObject({ outcome: 'allow', jurisdiction: full.jurisdiction });
      }),
      { numRuns: 200 },
    );
  });

  it('never throws, whatever the texts and numbers are', () => {
    const text = fc.string({ unit: 'binary' });
    const odd = fc.oneof(fc.double(), fc.maxSafeInteger());
    fc.assert(
      fc.property(anyInput, text, text, odd, odd, (given, one, other, version, now) => {
        const decision = decide({
          ...given,
          purpose: given.purpose && { ...given.purpose, version, model: { ...purpose.model, alias: one } },
          record: { ...given.record, categories: [other], purposeVersion: version, atRegion: one },
          pools: given.pools.map((each) => ({ ...each, id: other, models: [one], attestedAt: other })),
          controlAgeMs: now,
          now,
        });
        expect(decision.reasons.length).toBeGreaterThan(0);
        expect(decision.outcome).not.toBe('allow');
      }),
      { numRuns: 200 },
    );
  });

  it('never widens when the profile is narrowed', () => {
    fc.assert(
      fc.property(anyInput, fc.constantFrom(...NARROWINGS), (given, narrow) => {
        fc.pre(given.profile !== undefined);
        const before = reach(given);
        const after = reach({ ...given, profile: narrow(given.profile) });
        expect(after.filter((id) => !before.includes(id))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('never widens when the tenant forbids something, sound or not', () => {
    fc.assert(
      fc.property(anyInput, anyPolicy, (given, policy) => {
        const before = reach({ ...given, policy: undefined });
        const after = reach({ ...given, policy: { ...policy, tenant: given.record.tenant } });
        expect(after.filter((id) => !before.includes(id))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('does not depend on the order of policies', () => {
    fc.assert(
      fc.property(anyInput, fc.shuffledSubarray([...CONDITIONS], { maxLength: 4 }), (given, conditions) => {
        const written = conditions.map((one) => forbid(`p${CONDITIONS.indexOf(one)}`, one));
        const policy = (texts: readonly string[]) => ({
          tenant: given.record.tenant,
          version: 1,
          text: texts.join('\n'),
        });
        expect(decide({ ...given, policy: policy(written) })).toEqual(
          decide({ ...given, policy: policy(written.toReversed()) }),
        );
      }),
      { numRuns: 80 },
    );
  });

  it('never allows what is unknown', () => {
    const known = new Set<string>(SENSITIVITIES);
    const categories = new Set<string>(CATEGORIES);
    fc.assert(
      fc.property(anyInput, fc.string(), fc.boolean(), (given, label, asCategory) => {
        fc.pre(!known.has(label) && !categories.has(label));
        const { record } = given;
        const unknown = asCategory
          ? { ...record, categories: [...record.categories, label] }
          : { ...record, highestSensitivity: label };
        expect(decide({ ...given, record: unknown }).outcome).not.toBe('allow');
        expect(decide({ ...given, profile: undefined }).outcome).not.toBe('allow');
        expect(decide({ ...given, purpose: undefined }).outcome).not.toBe('allow');
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on the order of pools, categories and permitted jurisdictions', () => {
    fc.assert(
      fc.property(anyInput, fc.infiniteStream(fc.nat()), (given, random) => {
        const shuffle = <T>(items: readonly T[]): T[] =>
          items
            .map((item) => [random.next().value, item] as const)
            .toSorted(([a], [b]) => Number(a) - Number(b))
            .map(([, item]) => item);
        const record = { ...given.record, categories: shuffle(given.record.categories) };
        const profile = given.profile && {
          ...given.profile,
          permitted: shuffle(given.profile.permitted),
        };
        expect(decide({ ...given, record, profile, pools: shuffle(given.pools) })).toEqual(decide(given));
      }),
      { numRuns: 300 },
    );
  });

  it('allows only a pool that exists, serves the model, belongs to nobody else, and lies where the profile says', () => {
    fc.assert(
      fc.property(anyInput, (given) => {
        const decision = decide(given);
        fc.pre(decision.outcome === 'allow');
        const pool = given.pools.find(({ id }) => id === decision.pool);
        expect(pool?.models).toContain(given.purpose?.model.alias);
        expect([null, given.record.tenant]).toContain(pool?.dedicatedTo);
        if (given.profile?.isolation === 'dedicated') expect(pool?.dedicatedTo).toBe(given.record.tenant);
        const abroad = given.profile?.permitted.some(
          ({ jurisdiction, transferBasis }) =>
            jurisdiction === pool?.jurisdiction &&
            transferBasis !== 'none' &&
            transferBasis === decision.basis,
        );
        const home = pool?.jurisdiction === given.profile?.homeJurisdiction;
        expect(home ? decision.basis === 'none-needed' : abroad).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('meets every rule as the one that decides', () => {
    const notMet = new Set<string>(RULES.map(({ id }) => id));
    const known = new Set(notMet);
    for (const given of fc.sample(anyInput, { numRuns: 1_500, seed: 7 })) {
      const rule = explain(given).steps.at(-1)?.rule ?? '';
      expect(known).toContain(rule);
      notMet.delete(rule);
      if (notMet.size === 0) break;
    }
    expect([...notMet]).toEqual([]);
  });
});

describe('the cost of a decision', { timeout: 60_000 }, () => {
  it('is a few microseconds for what looks like a record before, and pools that are alike are asked about once', () => {
    const pools = Array.from({ length: 1000 }, (_, index) => ({
      ...input.pools[0]!,
      id: `p-${index}`,
      region: 'us-east',
      jurisdiction: 'us',
    }));
    const cache = new DecisionCache();
    // Time of this thread on a processor: what else the machine does must not count.
    const micros = (decided: () => unknown): number => {
      const started = process.threadCpuUsage();
      for (let round = 0; round < 500; round++) decided();
      return process.threadCpuUsage(started).user / 500;
    };
    const abroad = { ...input, pools, profile: atlas };
    // The first round warms up.
    micros(() => cache.decide(input));
    expect(micros(() => cache.decide(input))).toBeLessThan(50);
    expect(micros(() => cache.decide(abroad))).toBeLessThan(50);
    expect(micros(() => decide(abroad))).toBeLessThan(5000);
  });
});
