import {
  CATEGORIES,
  SENSITIVITIES,
  TRANSFER_BASES,
  type Pool,
  type ResidencyProfile,
  type TenantPolicy,
} from '@bailiwick/domain';
import fc from 'fast-check';
import type { DecisionInput, DescribedRecord } from './decision-input.js';

export const acknowledgement = { by: 'dpo', at: '2026-11-01T09:00:00Z', textDigest: 'a'.repeat(64) };

/** EU home, US permitted under SCC up to Internal: the sample tenant `atlas`. */
export const atlas: ResidencyProfile = {
  tenant: 'atlas',
  version: 3,
  homeJurisdiction: 'eu',
  homeRegion: 'eu-central',
  permitted: [
    {
      jurisdiction: 'us',
      transferBasis: 'scc',
      documentReference: 'scc-2021-914',
      highestSensitivity: 'Internal',
    },
  ],
  isolation: 'shared',
  contractReference: 'msa-7',
  acknowledgement,
};

export const pool = (id: string, region: string, more: Partial<Pool> = {}): Pool => ({
  id,
  region,
  jurisdiction: region.split('-')[0] ?? '',
  dedicatedTo: null,
  models: ['triage'],
  publicKey: 'key',
  ...more,
});

export const purpose = {
  tenant: 'atlas',
  version: 2,
  model: { alias: 'triage', maxTokens: 64, timeoutMs: 1000 },
} as const;

export const record: DescribedRecord = {
  tenant: 'atlas',
  highestSensitivity: 'Internal',
  categories: ['free-text'],
  purposeVersion: 2,
  atRegion: 'eu-central',
  atJurisdiction: 'eu',
};

/** A record that is allowed at home; a case says what differs. */
export const input: DecisionInput = {
  profile: atlas,
  purpose,
  record,
  pools: [pool('eu-shared', 'eu-central'), pool('us-shared', 'us-east')],
  controlAgeMs: 1000,
  staleAfterMs: 300_000,
};

const jurisdiction = fc.constantFrom('eu', 'us', 'uk');
const region = fc.constantFrom('eu-central', 'eu-west', 'us-east', 'uk-south');
const tenant = fc.constantFrom('atlas', 'nordlicht');
const label = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...SENSITIVITIES) },
  { weight: 1, arbitrary: fc.string() },
);
const category = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...CATEGORIES.filter((name) => name !== 'unknown')) },
  { weight: 1, arbitrary: fc.constantFrom('unknown', 'shoe-size') },
);

const permitted = fc.record({
  jurisdiction,
  transferBasis: fc.constantFrom(...TRANSFER_BASES),
  documentReference: fc.constant('doc'),
  highestSensitivity: fc.constantFrom(...SENSITIVITIES),
});

export const anyProfile: fc.Arbitrary<ResidencyProfile> = fc.record({
  tenant,
  version: fc.nat(),
  homeJurisdiction: jurisdiction,
  homeRegion: region,
  permitted: fc.array(permitted, { maxLength: 3 }),
  isolation: fc.constantFrom('shared', 'dedicated'),
  overflow: fc.constantFrom('permitted', 'never'),
  contractReference: fc.constant('msa'),
  acknowledgement: fc.constantFrom(acknowledgement, acknowledgement, null),
});

const anyPool: fc.Arbitrary<Pool> = fc
  .record({
    id: fc.stringMatching(/^[a-z]{3}$/),
    at: region,
    to: fc.option(tenant),
    model: fc.constantFrom('triage', 'long'),
    more: fc.constantFrom<Partial<Pool>>(
      {},
      {},
      {},
      { room: 0 },
      { room: 2 },
      { attestedAt: '2026-11-01T11:00:00Z' },
    ),
    accelerators: fc.constantFrom<Partial<Pool>>({}, {}, { accelerators: ['h200-1'] }),
  })
  .map(({ id, at, to, model, more, accelerators }) =>
    pool(id, at, { dedicatedTo: to, models: [model], ...more, ...accelerators }),
  );

/** A forbid of a tenant with this scope and these conditions. */
export const forbid = (id: string, conditions: string, scope = 'principal, action, resource'): string =>
  `@id("${id}") @sentence("It is forbidden.") @source("Contract 1.2") forbid (${scope}) ${conditions};`;

/** What tenants forbid, each thing that a policy can look at once; sound all of them. */
export const CONDITIONS = [
  'when { context.record.categories.contains(Category::"health") }',
  'unless { context.record.sensitivity in [Sensitivity::"Public", Sensitivity::"Internal"] }',
  'when { resource in Jurisdiction::"us" }',
  'unless { resource in Region::"eu-central" || resource.region == principal.homeRegion }',
  'when { resource == Pool::"aaa" }',
  'unless { resource.accelerators.contains("h200-1") }',
  'unless { resource has attestedAt && context.now.durationSince(resource.attestedAt) < duration("2h") }',
  'when { context.now > datetime("2026-11-01T12:30:00Z") }',
  'when { context has transfer && context.transfer.basis == TransferBasis::"scc" }',
  'when { context has transfer && context.transfer.document == "doc" }',
  'when { context.record has subject && context.record.subject != principal.home }',
  'when { principal.contract == "msa" && context.record.region != principal.homeRegion }',
  'when { context.purpose.id == "triage" && context.purpose.version > 1 }',
  'when { context.record.sensitivityRank > 1 }',
] as const;
/** Texts that are not to be evaluated. */
const UNSOUND = [
  'forbid (principal, action, resource',
  forbid('widens', '').replace('forbid (', 'permit ('),
  forbid('overflows', 'when { context.record.sensitivityRank + 9223372036854775807 > 0 }'),
  forbid('typo', 'when { context.record.sensitivity == Sensitivity::"Interal" }'),
];

/** Policies of a tenant; one of ten cannot be read. */
export const anyPolicy: fc.Arbitrary<TenantPolicy> = fc
  .record({
    tenant,
    version: fc.nat(),
    conditions: fc.uniqueArray(fc.constantFrom(...CONDITIONS), { maxLength: 2 }),
    unsound: fc.option(fc.constantFrom(...UNSOUND), { freq: 10 }),
  })
  .map(({ tenant: of, version, conditions, unsound }) => ({
    tenant: of,
    version,
    text: [...conditions.map((one, index) => forbid(`p${index}`, one)), unsound ?? ''].join('\n'),
  }));

const scattered: fc.Arbitrary<DecisionInput> = fc.record({
  profile: fc.option(anyProfile, { nil: undefined, freq: 19 }),
  purpose: fc.option(
    fc.record({
      tenant,
      id: fc.constantFrom('triage', 'digest'),
      version: fc.integer({ min: 1, max: 2 }),
      model: fc.constant(purpose.model),
    }),
    { nil: undefined, freq: 19 },
  ),
  record: fc.record({
    tenant,
    highestSensitivity: label,
    categories: fc.array(category, { maxLength: 3 }),
    purposeVersion: fc.integer({ min: 1, max: 2 }),
    atRegion: region,
    atJurisdiction: jurisdiction,
    subjectJurisdiction: fc.option(jurisdiction, { nil: undefined, freq: 4 }),
  }),
  policy: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: anyPolicy }),
  now: fc.integer({ min: Date.parse('2026-11-01T12:00:00Z'), max: Date.parse('2026-11-01T13:30:00Z') }),
  pools: fc.uniqueArray(anyPool, { selector: ({ id }) => id, maxLength: 5 }),
  controlAgeMs: fc.oneof({ weight: 19, arbitrary: fc.nat(300_000) }, { weight: 1, arbitrary: fc.double() }),
  staleAfterMs: fc.constant(300_000),
  spread: fc.integer(),
});

/** Any input, valid or not; four of five are of one tenant and at home, so that every rule is met often. */
export const anyInput: fc.Arbitrary<DecisionInput> = fc
  .tuple(scattered, fc.nat(4))
  .map(([given, chance]) => (chance === 0 ? given : gathered(given)));

const gathered = (given: DecisionInput): DecisionInput => ({
  ...given,
  purpose: given.purpose && {
    ...given.purpose,
    tenant: given.record.tenant,
    version: given.record.purposeVersion,
  },
  profile: given.profile && {
    ...given.profile,
    tenant: given.record.tenant,
    homeJurisdiction: given.record.atJurisdiction,
    homeRegion: given.record.atRegion,
  },
  policy: given.policy && { ...given.policy, tenant: given.record.tenant },
});
