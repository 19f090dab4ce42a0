import type { Decision, Pool, ResidencyProfile } from '@bailiwick/domain';
import { describe, expect, it } from 'vitest';
import { decide } from './decide.js';
import { explain } from './explain.js';
import type { DecisionInput, DescribedRecord } from './decision-input.js';
import { atlas, input, pool, purpose, record } from './input.test-kit.js';
import { policyDigest } from './policy-digest.js';

interface Case {
  readonly name: string;
  readonly given?: Partial<DecisionInput>;
  readonly profile?: Partial<ResidencyProfile>;
  readonly record?: Partial<DescribedRecord>;
  readonly pools?: readonly Pool[];
  /** outcome, reasons, then where to and on which basis. */
  readonly expected: string;
}

const euOwn = pool('eu-own', 'eu-central', { dedicatedTo: 'atlas' });
const euOther = pool('eu-nordlicht', 'eu-central', { dedicatedTo: 'nordlicht' });
const euWest = pool('eu-west-1', 'eu-west');
const us = pool('us-shared', 'us-east');
const uk = pool('uk-shared', 'uk-south');
const permit = (
  jurisdiction: string,
  transferBasis: 'adequacy' | 'scc' | 'none',
  highestSensitivity = 'Internal',
) =>
  ({
    jurisdiction,
    transferBasis,
    documentReference: 'doc',
    highestSensitivity,
  }) as ResidencyProfile['permitted'][0];

const CASES: readonly Case[] = [
  { name: 'home has a pool', expected: 'allow home-pool eu-shared none-needed' },
  {
    name: 'control topics at the limit',
    given: { controlAgeMs: 300_000 },
    expected: 'allow home-pool eu-shared none-needed',
  },
  {
    name: 'control topics older than the limit',
    given: { controlAgeMs: 300_001 },
    expected: 'hold policy-stale',
  },
  {
    name: 'control topics from the far future',
    given: { controlAgeMs: -300_001 },
    expected: 'hold policy-stale',
  },
  { name: 'control topics of no age', given: { controlAgeMs: Number.NaN }, expected: 'hold policy-stale' },
  {
    name: 'stale before anything else',
    given: { controlAgeMs: 1e9, profile: undefined },
    expected: 'hold policy-stale',
  },
  { name: 'no profile', given: { profile: undefined }, expected: 'hold no-profile' },
  { name: 'profile of another tenant', profile: { tenant: 'harbor' }, expected: 'hold no-profile' },
  { name: 'nobody acknowledged', profile: { acknowledgement: null }, expected: 'hold not-acknowledged' },
  { name: 'no purpose', given: { purpose: undefined }, expected: 'hold no-purpose' },
  {
    name: 'purpose of another tenant',
    given: { purpose: { ...purpose, tenant: 'harbor' } },
    expected: 'hold no-purpose',
  },
  { name: 'purpose changed since', record: { purposeVersion: 1 }, expected: 'hold purpose-changed' },
  {
    name: 'record lies abroad',
    record: { atJurisdiction: 'us', atRegion: 'us-east' },
    expected: 'deny not-home',
  },
  { name: 'unknown sensitivity', record: { highestSensitivity: 'Secret' }, expected: 'hold unknown-label' },
  { name: 'empty sensitivity', record: { highestSensitivity: '' }, expected: 'hold unknown-label' },
  {
    name: 'unclassified category',
    record: { categories: ['contact', 'unknown'] },
    expected: 'hold unknown-label',
  },
  { name: 'category of another scale', record: { categories: ['pii'] }, expected: 'hold unknown-label' },
  {
    name: 'nothing left after minimisation',
    record: { categories: [], highestSensitivity: 'Public' },
    expected: 'allow home-pool eu-shared none-needed',
  },
  {
    name: 'the highest sensitivity at home',
    record: { highestSensitivity: 'MissionCritical' },
    expected: 'allow home-pool eu-shared none-needed',
  },
  {
    name: 'home region before home jurisdiction',
    pools: [euWest, pool('eu-z', 'eu-central')],
    expected: 'allow home-pool eu-z none-needed',
  },
  {
    name: 'home jurisdiction before abroad',
    pools: [us, euWest],
    expected: 'allow home-pool eu-west-1 none-needed',
  },
  {
    name: 'first pool by id',
    pools: [pool('eu-b', 'eu-central'), pool('eu-a', 'eu-central')],
    expected: 'allow home-pool eu-a none-needed',
  },
  {
    name: 'spread over equal pools',
    given: { spread: 3 },
    pools: [pool('eu-b', 'eu-central'), pool('eu-a', 'eu-central')],
    expected: 'allow home-pool eu-b none-needed',
  },
  { name: 'own dedicated pool is eligible', pools: [euOwn], expected: 'allow home-pool eu-own none-needed' },
  {
    name: 'isolated with its own pool',
    profile: { isolation: 'dedicated' },
    pools: [pool('eu-a', 'eu-central'), euOwn],
    expected: 'allow home-pool eu-own none-needed',
  },
  {
    name: 'isolated without its own pool',
    profile: { isolation: 'dedicated' },
    expected: 'hold dedicated-only',
  },
  { name: 'only pools of another tenant', pools: [euOther], expected: 'hold no-pool' },
  {
    name: 'no pool serves the model',
    pools: [pool('eu-long', 'eu-central', { models: ['long'] })],
    expected: 'hold no-pool',
  },
  { name: 'no pool at all', pools: [], expected: 'hold no-pool' },
  { name: 'permitted transfer', pools: [us], expected: 'allow transfer-permitted us-shared scc' },
  {
    name: 'permitted transfer, too sensitive',
    pools: [us],
    record: { highestSensitivity: 'Confidential' },
    expected: 'hold too-sensitive',
  },
  {
    name: 'transfer without a basis',
    profile: { permitted: [permit('us', 'none')] },
    pools: [us],
    expected: 'hold transfer-not-permitted',
  },
  {
    name: 'transfer that the contract does not name',
    profile: { permitted: [] },
    pools: [us],
    expected: 'hold transfer-not-permitted',
  },
  {
    name: 'order of the profile',
    profile: { permitted: [permit('uk', 'adequacy'), permit('us', 'scc')] },
    pools: [us, uk],
    expected: 'allow transfer-permitted uk-shared adequacy',
  },
  {
    name: 'next of the profile when the first is too low',
    profile: { permitted: [permit('uk', 'adequacy', 'Public'), permit('us', 'scc')] },
    pools: [us, uk],
    expected: 'allow transfer-permitted us-shared scc',
  },
  {
    name: 'one too sensitive, one not named',
    pools: [us, uk],
    record: { highestSensitivity: 'Restricted' },
    expected: 'hold too-sensitive,transfer-not-permitted',
  },
  {
    name: 'isolated, own pool abroad',
    profile: { isolation: 'dedicated' },
    pools: [pool('us-own', 'us-east', { dedicatedTo: 'atlas' })],
    expected: 'allow transfer-permitted us-own scc',
  },
];

const inputOf = ({ given, profile, record: described, pools }: Case): DecisionInput => ({
  ...input,
  ...(profile ? { profile: { ...atlas, ...profile } } : {}),
  record: { ...record, ...described },
  ...(pools ? { pools } : {}),
  ...given,
});

const summary = (decision: Decision): string =>
  [
    decision.outcome,
    decision.reasons.join(','),
    ...(decision.outcome === 'allow' ? [decision.pool, decision.basis] : []),
  ].join(' ');

describe('a decision', () => {
  it.each(CASES)('$name: $expected', (example) => {
    expect(summary(decide(inputOf(example)))).toBe(example.expected);
  });

  it.each(CASES)('is explained as it is made: $name', (example) => {
    const { decision, steps } = explain(inputOf(example));
    expect(decision).toEqual(decide(inputOf(example)));
    expect(steps.at(-1)?.passed).toBe(decision.outcome === 'allow');
    expect(
      steps.every(({ sentence, source }) => sentence.endsWith('.') && source.startsWith('GDPR Art ')),
    ).toBe(true);
  });
});

describe('the policy digest', () => {
  it('changes only when somebody changes the rules', () => {
    expect(policyDigest()).toMatchInlineSnapshot(
      `"d6e08084d6a8e16d1425af4c4a3cfd25ec7bf2910e5e0cfe6b393ba7dfeca0eb"`,
    );
  });
});
