import { sensitivityRank, type PermittedJurisdiction, type Pool } from '@bailiwick/domain';
import type { DecisionInput } from './decision-input.js';

/** Pools that serve the model and are not dedicated to somebody else. */
export function poolsForModel({ purpose, record, pools }: DecisionInput): readonly Pool[] {
  if (!purpose) return [];
  return pools.filter(
    ({ models, dedicatedTo }) =>
      models.includes(purpose.model.alias) && (dedicatedTo === null || dedicatedTo === record.tenant),
  );
}

/** Of these, the pools that the tenant's isolation lets answer. */
export function eligiblePools(input: DecisionInput): readonly Pool[] {
  const pools = poolsForModel(input);
  return input.profile?.isolation === 'dedicated' ? pools.filter((pool) => pool.dedicatedTo !== null) : pools;
}

/** One of several equally good pools: the inventory's order plays no part. */
export function pick(pools: readonly Pool[], spread = 0): Pool | undefined {
  const sorted = pools.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  const index = Number.isSafeInteger(spread) ? Math.abs(spread) % (sorted.length || 1) : 0;
  return sorted[index];
}

const placeOf = ({ id, region, jurisdiction }: Pool): string => `${id} ${region} ${jurisdiction}`;

/** Other jurisdictions that the contract names with a basis, in its order. */
export function permittedAbroad({ profile }: DecisionInput): readonly PermittedJurisdiction[] {
  if (!profile) return [];
  return profile.permitted.filter(
    ({ jurisdiction, transferBasis }) =>
      transferBasis !== 'none' && jurisdiction !== profile.homeJurisdiction,
  );
}

/** Whether a transfer permits content of this sensitivity; an unknown label counts as the highest. */
export const permitsSensitivity = (permitted: PermittedJurisdiction, label: string): boolean =>
  sensitivityRank(label) <= sensitivityRank(permitted.highestSensitivity);
