import { CellSpec, ResidencyProfile } from '@bailiwick/domain';
import { describe, expect, test } from 'vitest';
import {
  AnalyticsGrant,
  decideGrant,
  grantAcls,
  grantTopics,
  judgeGrant,
  type KnownProfile,
} from './analytics-grant.js';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const EU = CellSpec.parse({
  region: 'eu-central',
  jurisdiction: 'eu',
  partitions: 2,
  lanes: 1,
  pools: [],
  borders: ['us'],
});
const grant = (change: Partial<AnalyticsGrant> = {}): AnalyticsGrant =>
  AnalyticsGrant.parse({
    id: 'bi-team',
    consumer: 'Business intelligence',
    region: 'eu-central',
    topics: ['outcome'],
    jurisdiction: 'eu',
    expires: '2026-12-31',
    ...change,
  });
const profile = (change: Partial<ResidencyProfile> = {}): ResidencyProfile =>
  ResidencyProfile.parse({
    tenant: 'atlas',
    version: 1,
    homeJurisdiction: 'eu',
    homeRegion: 'eu-central',
    permitted: [
      {
        jurisdiction: 'us',
        transferBasis: 'scc',
        documentReference: 'SCC-1',
        highestSensitivity: 'Internal',
      },
    ],
    isolation: 'shared',
    contractReference: 'AT-1',
    acknowledgement: { by: 'M', at: '2026-01-01T00:00:00Z', textDigest: 'a'.repeat(64) },
    ...change,
  });
const permits = (change: Partial<ResidencyProfile['permitted'][number]>): ResidencyProfile['permitted'] =>
  profile().permitted.map((permitted) => ({ ...permitted, ...change }));
const known = (of: ResidencyProfile | undefined = profile(), asOf = NOW): KnownProfile => ({
  profile: of,
  asOf,
});
const ABROAD = grant({ jurisdiction: 'us', tenants: ['atlas'] });

describe('promise 1: nothing crosses by default', () => {
  test('at home a consumer reads what is granted, and no profile is asked', () => {
    const unasked = (): KnownProfile => {
      throw new Error('asked');
    };
    expect(decideGrant(grant(), EU, 'atlas', unasked, NOW)).toEqual({
      outcome: 'allow',
      reason: 'home',
      basis: 'none-needed',
    });
    const ofAtlas = grant({ tenants: ['atlas'] });
    expect(decideGrant(ofAtlas, EU, 'nordlicht', unasked, NOW).reason).toBe('tenant-not-granted');
  });

  test('in another jurisdiction only what the profile permits, on its basis', () => {
    expect(decideGrant(ABROAD, EU, 'atlas', () => known(), NOW)).toEqual({
      outcome: 'allow',
      reason: 'transfer-permitted',
      basis: 'scc',
    });
  });

  test('a tenant whose home is there may be read there, without a transfer', () => {
    const guest = profile({ homeJurisdiction: 'us', homeRegion: 'us-east', permitted: [] });
    expect(decideGrant(ABROAD, EU, 'atlas', () => known(guest), NOW)).toMatchObject({ reason: 'home' });
  });

  test.each([
    ['nobody named the tenant', grant({ jurisdiction: 'us' }), known(), 'tenant-not-granted'],
    ['no profile', ABROAD, { profile: undefined, asOf: NOW }, 'no-profile'],
    ['not acknowledged', ABROAD, known(profile({ acknowledgement: null })), 'not-acknowledged'],
    ['no basis', ABROAD, known(profile({ permitted: [] })), 'transfer-not-permitted'],
    [
      'basis none',
      ABROAD,
      known(profile({ permitted: permits({ transferBasis: 'none' }) })),
      'transfer-not-permitted',
    ],
    [
      'only what is public',
      ABROAD,
      known(profile({ permitted: permits({ highestSensitivity: 'Public' }) })),
      'too-sensitive',
    ],
    ['the control-plane is silent', ABROAD, known(profile(), NOW - 300_001), 'policy-stale'],
  ] as const)('refused: %s', (_, asked, profileNow, reason) => {
    expect(decideGrant(asked, EU, 'atlas', () => profileNow, NOW)).toEqual({
      outcome: 'deny',
      reason,
      basis: 'none',
    });
  });

  test('a grant that is over gives nothing', () => {
    const over = grant({ expires: '2026-11-23T12:00:00Z' });
    expect(decideGrant(over, EU, 'atlas', () => known(), NOW).reason).toBe('grant-expired');
    expect(decideGrant(over, EU, 'atlas', () => known(), NOW - 1).outcome).toBe('allow');
  });

  test('a grant is made for a year at most, and names the tenant that has no basis', () => {
    expect(judgeGrant(grant({ expires: '2028-01-01' }), EU, () => known(), NOW).reason).toBe(
      'grant-too-long',
    );
    const both = grant({ jurisdiction: 'us', tenants: ['atlas', 'nordlicht'] });
    const profiles = (tenant: string): KnownProfile =>
      known(tenant === 'atlas' ? profile() : profile({ tenant, permitted: [] }));
    expect(judgeGrant(both, EU, profiles, NOW)).toMatchObject({
      outcome: 'deny',
      reason: 'transfer-not-permitted',
      tenant: 'nordlicht',
    });
    expect(judgeGrant(ABROAD, EU, profiles, NOW).outcome).toBe('allow');
  });
});

test('promise 2: a consumer may read its own topics, use its own groups, and nothing else', () => {
  expect(grantTopics(EU, grant()).map(({ name }) => name)).toEqual(['eu.analytics.outcome.bi-team.v1']);
  const own = grantAcls(EU, grant()).filter(({ principal }) => principal.includes('consumer'));
  expect(own.map((acl) => `${acl.operation} ${acl.resource} ${acl.name}`)).toEqual([
    'read topic eu.analytics.outcome.bi-team.v1',
    'describe topic eu.analytics.outcome.bi-team.v1',
    'read group eu-central.consumer.bi-team.',
  ]);
});
