import {
  CATEGORIES,
  SENSITIVITIES,
  TRANSFER_BASES,
  type Pool,
  type ResidencyProfile,
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
  contractReference: fc.constant('msa'),
  acknowledgement: fc.constantFrom(acknowledgement, acknowledgement, null),
});

const anyPool: fc.Arbitrary<Pool> = fc
  .record({
    id: fc.stringMatching(/^[a-z]{3}$/),
    at: region,
    to: fc.option(tenant),
    model: fc.constantFrom('triage', 'long'),
  })
  .map(({ id, at, to, model }) => pool(id, at, { dedicatedTo: to, models: [model] }));

const scattered: fc.Arbitrary<DecisionInput> = fc.record({
  profile: fc.option(anyProfile, { nil: undefined, freq: 19 }),
  purpose: fc.option(
    fc.record({ tenant, version: fc.integer({ min: 1, max: 2 }), model: fc.constant(purpose.model) }),
    { nil: undefined, freq: 19 },
  ),
  record: fc.record({
    tenant,
    highestSensitivity: label,
    categories: fc.array(category, { maxLength: 3 }),
    purposeVersion: fc.integer({ min: 1, max: 2 }),
    atRegion: region,
    atJurisdiction: jurisdiction,
  }),
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
});
