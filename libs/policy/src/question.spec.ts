import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BUILT_IN } from './built-in.js';
import { PolicySet } from './cedar.js';
import { CONDITIONS, anyInput, forbid, input, pool } from './input.test-kit.js';
import { narrowingOf } from './narrowing.js';
import { placesOf } from './places.js';
import { questionOf } from './question.js';

/** A set of names that has them all. */
const EVERYTHING: ReadonlySet<string> = Object.assign(new Set<string>(), { has: () => true });

/** What compares entities with each other, or a whole set of them. */
const COMPARISONS = [
  'when { resource has dedicatedTo && resource.dedicatedTo == principal }',
  'when { resource has dedicatedTo && resource.dedicatedTo != principal }',
  'when { resource has dedicatedTo && resource.dedicatedTo == Tenant::"nordlicht" }',
  'when { context.record.categories == [Category::"contact"] }',
  'unless { [Category::"contact", Category::"health"].containsAll(context.record.categories) }',
  'unless { context.record.categories.isEmpty() }',
  'when { resource in [Region::"us-east", Jurisdiction::"uk"] }',
] as const;

it('what no policy names cannot change an answer', { timeout: 60_000 }, () => {
  const sets: readonly PolicySet[] = [
    BUILT_IN.set,
    ...[...CONDITIONS, ...COMPARISONS].map(
      (one) => narrowingOf({ tenant: 'atlas', version: 1, text: forbid('p', one) }).set,
    ),
  ];
  fc.assert(
    fc.property(anyInput, fc.constantFrom(...sets), (given, set) => {
      const places = placesOf(given).map(({ pools, transfer }) => ({ pools: pools.slice(0, 2), transfer }));
      for (const { pools, transfer } of [...places, { pools: given.pools, transfer: undefined }])
        for (const one of pools)
          expect(set.ask(questionOf(given, one, transfer, set.names))).toEqual(
            set.ask(questionOf(given, one, transfer, EVERYTHING)),
          );
    }),
    { numRuns: 150 },
  );
});

it('all tenants are asked about alike by policies that name none of them', () => {
  const of = (tenant: string, dedicatedTo: string | null) =>
    questionOf(
      { ...input, record: { ...input.record, tenant }, profile: { ...input.profile!, tenant } },
      pool(`pool-of-${tenant}`, 'eu-central', { dedicatedTo }),
      undefined,
      new Set([...BUILT_IN.set.names].filter((name) => name !== 'purposeHolds' && name !== 'purposeKnown')),
    );
  expect(of('harbor', null)).toEqual(of('atlas', null));
  expect(of('harbor', 'harbor')).toEqual(of('atlas', 'atlas'));
  expect(of('harbor', 'atlas')).toEqual(of('atlas', 'harbor'));
  expect(of('harbor', 'harbor')).not.toEqual(of('harbor', 'atlas'));
});

it('no tenant passes for another by its name', () => {
  const names = BUILT_IN.set.names;
  for (const name of ['the asking tenant', 'another tenant', 'unnamed']) {
    const record = { ...input.record, tenant: 'atlas' };
    const elses = pool('p', 'eu-central', { dedicatedTo: name });
    expect(BUILT_IN.set.ask(questionOf({ ...input, record }, elses, undefined, names))).toMatchObject({
      allowed: false,
      policies: ['nobody-elses'],
    });
  }
});
