import type { Pool, ResidencyProfile, TenantPolicy } from '@bailiwick/domain';
import type { DecisionInput } from '@bailiwick/policy';

/** Control state of many tenants, as a router would hold it. */
export interface World {
  readonly tenants: number;
  readonly policies: number;
  /** What is asked about a tenant, by its number: the record's labels differ with `look`. */
  readonly input: (tenant: number, look: number) => DecisionInput;
  /** Numbers of the tenants that have policies of their own. */
  readonly withPolicies: readonly number[];
}

const PER_TENANT = 2;
const NOW = Date.parse('2026-11-02T12:00:00Z');
const LABELS = ['Public', 'Internal', 'Confidential'];
const CATEGORIES = [['free-text'], ['free-text', 'contact'], ['free-text', 'contact', 'health']];

/** What tenants forbid: usual things, so that each reads a part of the question of its own. */
const FORBIDDEN = [
  'when { context.record.categories.contains(Category::"health") && resource in Jurisdiction::"us" }',
  'unless { context.record.sensitivity in [Sensitivity::"Public", Sensitivity::"Internal"] || resource.jurisdiction == principal.home }',
  'when { resource in Region::"us-east" }',
  'when { context has transfer && context.transfer.basis == TransferBasis::"derogation" }',
];

const pool = (id: string, region: string): Pool => ({
  id,
  region,
  jurisdiction: region.split('-')[0] ?? '',
  dedicatedTo: null,
  models: ['small', 'long'],
  publicKey: 'key',
});

/** Makes so many tenants, at home in `eu` or `us`, and spreads so many policies over them, two each. */
export function makeWorld(tenants: number, policies: number): World {
  const pools = ['eu-central', 'eu-west', 'us-east', 'us-west', 'uk-south'].flatMap((region) => [
    pool(`${region}-a`, region),
    pool(`${region}-b`, region),
  ]);
  const owners = Math.ceil(policies / PER_TENANT);
  const step = Math.max(1, Math.floor(tenants / owners));
  const things = Array.from({ length: tenants }, (_, index) => {
    const tenant = `tenant-${index}`;
    const own = index % step === 0 && index / step < owners;
    return {
      profile: profileOf(tenant, index),
      purpose: purposeOf(tenant),
      policy: own ? policyOf(tenant, index / step) : undefined,
    };
  });
  return {
    tenants,
    policies: owners * PER_TENANT,
    withPolicies: things.flatMap(({ policy }, index) => (policy ? [index] : [])),
    input: (index, look) => {
      const thing = things[index % tenants] ?? things[0];
      const { profile, purpose, policy } = thing!;
      return {
        profile,
        purpose,
        policy,
        record: {
          tenant: profile.tenant,
          highestSensitivity: LABELS[look % LABELS.length] ?? 'Public',
          categories: CATEGORIES[look % CATEGORIES.length] ?? [],
          purposeVersion: 1,
          atRegion: profile.homeRegion,
          atJurisdiction: profile.homeJurisdiction,
        },
        pools,
        controlAgeMs: 1000,
        staleAfterMs: 300_000,
        now: NOW,
        spread: look,
      };
    },
  };
}

function profileOf(tenant: string, index: number): ResidencyProfile {
  const home = index % 3 === 0 ? 'us' : 'eu';
  return {
    tenant,
    version: 1,
    homeJurisdiction: home,
    homeRegion: home === 'us' ? 'us-east' : 'eu-central',
    permitted: [
      {
        jurisdiction: home === 'us' ? 'eu' : 'us',
        transferBasis: 'scc',
        documentReference: `SCC-${index}`,
        highestSensitivity: 'Internal',
      },
    ],
    isolation: 'shared',
    contractReference: `C-${index}`,
    acknowledgement: { by: 'dpo', at: '2026-01-01T00:00:00Z', textDigest: '0'.repeat(64) },
  };
}

const purposeOf = (tenant: string) => ({
  tenant,
  id: 'triage',
  version: 1,
  model: { alias: 'small', maxTokens: 64, timeoutMs: 1000 },
});

const policyOf = (tenant: string, owner: number): TenantPolicy => ({
  tenant,
  version: 1,
  text: Array.from({ length: PER_TENANT }, (_, number) => {
    const condition = FORBIDDEN[(owner + number) % FORBIDDEN.length];
    return `@id("p${number}") @sentence("It is forbidden.") @source("Contract 3") forbid (principal, action == Action::"infer", resource) ${condition};`;
  }).join('\n'),
});
