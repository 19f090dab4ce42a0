import { SENSITIVITIES, sensitivityRank } from '@bailiwick/domain';
import { BUILT_IN_TEXTS, type DecisionInput } from '@bailiwick/policy';
import {
  isAuthorized,
  preparsePolicySet,
  statefulIsAuthorized,
  type CedarValueJson,
} from '@cedar-policy/cedar-wasm/nodejs';
import type { World } from './world.js';

/** Cedar called as its documentation shows, with the same policies. */
export interface PlainCedar {
  /** All policies are passed, and parsed, each time. */
  readonly passed: (input: DecisionInput) => boolean;
  /** The built-in policies alone are passed each time. */
  readonly builtInPassed: (input: DecisionInput) => boolean;
  /** All policies were parsed before, in one set. */
  readonly prepared: (input: DecisionInput) => boolean;
}

/** One set of the built-in policies and those of all tenants, each bound to its tenant. */
export function plainCedar(world: World): PlainCedar {
  const builtIn = BUILT_IN_TEXTS.join('\n');
  const all = [
    builtIn,
    ...world.withPolicies.map((index) => {
      const { policy } = world.input(index, 0);
      return (policy?.text ?? '').replaceAll('(principal,', `(principal == Tenant::"${policy?.tenant}",`);
    }),
  ].join('\n');
  preparsePolicySet('plain', { staticPolicies: all });
  const call = (text: string) => (input: DecisionInput) => {
    const answer = isAuthorized({ ...questionOf(input), policies: { staticPolicies: text } });
    return answer.type === 'success' && answer.response.decision === 'allow';
  };
  return {
    passed: call(all),
    builtInPassed: call(builtIn),
    prepared: (input) => {
      const answer = statefulIsAuthorized({ ...questionOf(input), preparsedPolicySetId: 'plain' });
      return answer.type === 'success' && answer.response.decision === 'allow';
    },
  };
}

const entity = (type: string, id: string): CedarValueJson => ({ __entity: { type, id } });

/** Whether the first pool of the home region may answer, with every attribute that the schema knows. */
function questionOf({ profile, purpose, record, pools, now = 0 }: DecisionInput) {
  const pool = pools.find(({ region }) => region === profile?.homeRegion);
  return {
    principal: { type: 'Tenant', id: record.tenant },
    action: { type: 'Action', id: 'infer' },
    resource: { type: 'Pool', id: pool?.id ?? '' },
    context: {
      controlFresh: true,
      now: { __extn: { fn: 'datetime', arg: new Date(now).toISOString() } },
      record: {
        labelsKnown: SENSITIVITIES.some((label) => label === record.highestSensitivity),
        sensitivity: entity('Sensitivity', record.highestSensitivity),
        sensitivityRank: sensitivityRank(record.highestSensitivity),
        categories: record.categories.map((name) => entity('Category', name)),
        jurisdiction: record.atJurisdiction,
        region: record.atRegion,
        purposeHolds: true,
        purposeVersion: record.purposeVersion,
      },
      purposeKnown: true,
      purpose: {
        id: purpose?.id ?? '',
        version: purpose?.version ?? 0,
        model: purpose?.model.alias ?? '',
      },
    },
    entities: [
      {
        uid: { type: 'Tenant', id: record.tenant },
        attrs: {
          hasProfile: true,
          acknowledged: true,
          home: profile?.homeJurisdiction ?? '',
          homeRegion: profile?.homeRegion ?? '',
          isolated: false,
          contract: profile?.contractReference ?? '',
        },
        parents: [],
      },
      {
        uid: { type: 'Pool', id: pool?.id ?? '' },
        attrs: {
          jurisdiction: pool?.jurisdiction ?? '',
          region: pool?.region ?? '',
          serves: pool !== undefined,
          models: pool?.models ?? [],
          accelerators: [],
        },
        parents: [
          { type: 'Region', id: pool?.region ?? '' },
          { type: 'Jurisdiction', id: pool?.jurisdiction ?? '' },
        ],
      },
    ],
  };
}
