import {
  CATEGORIES,
  SENSITIVITIES,
  type Decision,
  type DecisionBasis,
  type DecisionReason,
  type Pool,
} from '@bailiwick/domain';
import { eligiblePools, permitsSensitivity, permittedAbroad, pick, poolsForModel } from './candidates.js';
import type { DecisionInput } from './decision-input.js';

/** What one rule says about an input: it lets the record pass on to the next rule, or it decides. */
export interface Verdict {
  readonly passed: boolean;
  /** Absent when the next rule goes on. */
  readonly decision?: Decision;
  /** What was compared, without personal data. */
  readonly detail: string;
}

/** One rule. `decide` and `explain` walk the same table of them. */
export interface Rule {
  readonly id: string;
  readonly sentence: string;
  /** Where the rule comes from. */
  readonly source: string;
  readonly judge: (input: DecisionInput) => Verdict;
}

const next = (detail: string): Verdict => ({ passed: true, detail });
const notHere = (detail: string): Verdict => ({ passed: false, detail });

function stop(outcome: 'deny' | 'hold', detail: string, ...reasons: readonly DecisionReason[]): Verdict {
  return { passed: false, decision: { outcome, reasons, basis: 'none' }, detail };
}

function allow({ id, region, jurisdiction }: Pool, reason: DecisionReason, basis: DecisionBasis): Verdict {
  const decision: Decision = { outcome: 'allow', reasons: [reason], basis, pool: id, region, jurisdiction };
  return { passed: true, decision, detail: `pool ${id} in ${region}, basis ${basis}` };
}

/** A tie that only the input can break: pools of one place. */
const inPlace = (input: DecisionInput, fits: (pool: Pool) => boolean): Pool | undefined =>
  pick(eligiblePools(input).filter(fits), input.spread);

/** The rules in the order in which they are applied. The last one always decides, and never allows. */
export const RULES: readonly Rule[] = [
  {
    id: 'policy-fresh',
    sentence: 'Nothing is decided on control topics that have not been confirmed within the limit.',
    source: 'GDPR Art 24(1), 5(2)',
    judge: ({ controlAgeMs, staleAfterMs }) => {
      const detail = `age ${controlAgeMs} ms, limit ${staleAfterMs} ms`;
      // Not a number is stale, and so is an age far in the future: somebody's clock is wrong.
      return Math.abs(controlAgeMs) <= staleAfterMs ? next(detail) : stop('hold', detail, 'policy-stale');
    },
  },
  {
    id: 'profile-present',
    sentence: 'The tenant has a residency profile.',
    source: 'GDPR Art 28(3)(a)',
    judge: ({ profile, record }) =>
      profile?.tenant === record.tenant
        ? next(`profile version ${profile.version}`)
        : stop('hold', 'no residency profile of this tenant', 'no-profile'),
  },
  {
    id: 'profile-acknowledged',
    sentence: 'Somebody has acknowledged the residency profile.',
    source: 'GDPR Art 28(3)(a)',
    judge: ({ profile }) =>
      profile?.acknowledgement
        ? next(`acknowledged at ${profile.acknowledgement.at}`)
        : stop('hold', 'not acknowledged', 'not-acknowledged'),
  },
  {
    id: 'purpose-present',
    sentence: 'The tenant has this purpose.',
    source: 'GDPR Art 5(1)(b)',
    judge: ({ purpose, record }) =>
      purpose?.tenant === record.tenant
        ? next(`purpose version ${purpose.version}`)
        : stop('hold', 'no such purpose of this tenant', 'no-purpose'),
  },
  {
    id: 'purpose-unchanged',
    sentence: 'The record was minimised for the version of the purpose that holds now.',
    source: 'GDPR Art 5(1)(b), 5(1)(c)',
    judge: ({ purpose, record }) => {
      const detail = `minimised for version ${record.purposeVersion}, holding is ${purpose?.version}`;
      return purpose?.version === record.purposeVersion
        ? next(detail)
        : stop('hold', detail, 'purpose-changed');
    },
  },
  {
    id: 'at-home',
    sentence: 'Only the home jurisdiction of its tenant decides where a record goes.',
    source: 'GDPR Art 44',
    judge: ({ profile, record }) => {
      const detail = `record lies in ${record.atJurisdiction}, home is ${profile?.homeJurisdiction}`;
      return profile?.homeJurisdiction === record.atJurisdiction
        ? next(detail)
        : stop('deny', detail, 'not-home');
    },
  },
  {
    id: 'labels-known',
    sentence: 'Every label is known: one that is not could stand for anything.',
    source: 'GDPR Art 9(1), 25(2)',
    judge: ({ record }) => {
      const known =
        SENSITIVITIES.some((label) => label === record.highestSensitivity) &&
        record.categories.every(
          (label) => label !== 'unknown' && CATEGORIES.some((category) => category === label),
        );
      return known ? next('all labels known') : stop('hold', 'a label is not known', 'unknown-label');
    },
  },
  {
    id: 'home-region-pool',
    sentence: 'A pool in the home region answers before any other.',
    source: 'GDPR Art 25(2)',
    judge: (input) => {
      const { profile } = input;
      const pool = inPlace(
        input,
        ({ jurisdiction, region }) =>
          jurisdiction === profile?.homeJurisdiction && region === profile?.homeRegion,
      );
      return pool ? allow(pool, 'home-pool', 'none-needed') : notHere('no eligible pool in the home region');
    },
  },
  {
    id: 'home-jurisdiction-pool',
    sentence: 'A pool elsewhere in the home jurisdiction answers before any abroad.',
    source: 'GDPR Art 25(2), 44',
    judge: (input) => {
      const pool = inPlace(input, ({ jurisdiction }) => jurisdiction === input.profile?.homeJurisdiction);
      return pool
        ? allow(pool, 'home-pool', 'none-needed')
        : notHere('no eligible pool in the home jurisdiction');
    },
  },
  {
    id: 'permitted-transfer',
    sentence:
      'A pool abroad answers on a transfer basis that the contract names, up to the sensitivity it permits.',
    source: 'GDPR Art 45, 46, 47, 49',
    judge: (input) => {
      for (const permitted of permittedAbroad(input)) {
        if (!permitsSensitivity(permitted, input.record.highestSensitivity)) continue;
        const pool = inPlace(input, ({ jurisdiction }) => jurisdiction === permitted.jurisdiction);
        if (pool) return allow(pool, 'transfer-permitted', permitted.transferBasis);
      }
      return notHere('no permitted transfer reaches an eligible pool');
    },
  },
  {
    id: 'denied-by-default',
    sentence: 'What no rule allows is held.',
    source: 'GDPR Art 44',
    judge: (input) => {
      const eligible = eligiblePools(input);
      if (eligible.length === 0) {
        const reason = poolsForModel(input).length > 0 ? 'dedicated-only' : 'no-pool';
        return stop('hold', 'no eligible pool anywhere', reason);
      }
      const named = new Set(permittedAbroad(input).map(({ jurisdiction }) => jurisdiction));
      const tooSensitive = eligible.some(({ jurisdiction }) => named.has(jurisdiction));
      const notNamed = eligible.some(({ jurisdiction }) => !named.has(jurisdiction));
      const abroad = [...new Set(eligible.map(({ jurisdiction }) => jurisdiction))].toSorted().join(', ');
      const reasons: readonly DecisionReason[] = [
        ...(tooSensitive ? (['too-sensitive'] as const) : []),
        ...(notNamed ? (['transfer-not-permitted'] as const) : []),
      ];
      return stop(
        'hold',
        `sensitivity ${input.record.highestSensitivity}, eligible pools in ${abroad}`,
        ...reasons,
      );
    },
  },
];
