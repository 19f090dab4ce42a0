import type { DecisionReason } from '@bailiwick/domain';
import { BUILT_IN } from './built-in.js';
import type { DecisionInput } from './decision-input.js';
import { GATE_REASONS } from './reasons.js';

/** One rule that a decision can rest on, as it is told to people. */
export interface Rule {
  readonly id: string;
  readonly sentence: string;
  /** Where the rule comes from. */
  readonly source: string;
}

/** A gate: a built-in policy about the record, and what it compares. */
export interface Gate extends Rule {
  readonly reason: DecisionReason;
  readonly detail: (input: DecisionInput) => string;
}

const DETAILS: Readonly<Record<(typeof GATE_REASONS)[number], (input: DecisionInput) => string>> = {
  'policy-stale': ({ controlAgeMs, staleAfterMs }) => `age ${controlAgeMs} ms, limit ${staleAfterMs} ms`,
  'no-profile': ({ profile, record }) =>
    profile?.tenant === record.tenant
      ? `profile version ${profile.version}`
      : 'no residency profile of this tenant',
  'not-acknowledged': ({ profile }) =>
    profile?.acknowledgement ? `acknowledged at ${profile.acknowledgement.at}` : 'not acknowledged',
  'no-purpose': ({ purpose, record }) =>
    purpose?.tenant === record.tenant
      ? `purpose version ${purpose.version}`
      : 'no such purpose of this tenant',
  'purpose-changed': ({ purpose, record }) =>
    `minimised for version ${record.purposeVersion}, holding is ${purpose?.version}`,
  'not-home': ({ profile, record }) =>
    `record lies in ${record.atJurisdiction}, home is ${profile?.homeJurisdiction}`,
  'unknown-label': () => 'labels of the record against the scale and the categories',
};

/** The gates, in the order in which they are told. */
export const GATES: readonly Gate[] = GATE_REASONS.flatMap((reason) =>
  [...BUILT_IN.policies.values()]
    .filter((policy) => policy.reason === reason)
    .map(({ id, sentence, source }) => ({ id, sentence, source, reason, detail: DETAILS[reason] })),
);

/** What the choice among pools rests on, beside the policies. */
export const PLACE_RULES = {
  'home-region-pool': {
    id: 'home-region-pool',
    sentence: 'A pool in the home region answers before any other.',
    source: 'GDPR Art 25(2)',
  },
  'home-jurisdiction-pool': {
    id: 'home-jurisdiction-pool',
    sentence: 'A pool elsewhere in the home jurisdiction answers before any abroad.',
    source: 'GDPR Art 25(2), 44',
  },
  'permitted-transfer': {
    id: 'permitted-transfer',
    sentence:
      'A pool abroad answers on a transfer basis that the contract names, up to the sensitivity it permits.',
    source: 'GDPR Art 45, 46, 47, 49',
  },
  'denied-by-default': {
    id: 'denied-by-default',
    sentence: 'What no rule allows is held.',
    source: 'GDPR Art 44',
  },
  'room-left': {
    id: 'room-left',
    sentence:
      'When no pool that may answer has room, the record waits: load opens no other jurisdiction, unless the profile says so.',
    source: 'GDPR Art 25(2), 44',
  },
  'policies-evaluated': {
    id: 'policies-evaluated',
    sentence: 'Nothing is decided while a policy that applies cannot be read or evaluated.',
    source: 'GDPR Art 24(1), 25(2)',
  },
} as const satisfies Readonly<Record<string, Rule>>;

/** Every rule that can be the one that decides. */
export const RULES: readonly Rule[] = [...GATES, ...Object.values(PLACE_RULES)];
