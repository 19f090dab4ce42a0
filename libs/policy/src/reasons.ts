import type { DecisionReason } from '@bailiwick/domain';

/**
 * Reasons that lie in the record or its contract, whatever the pool. Of several, the first in this order is told: what
 * comes later rests on what comes before.
 */
export const GATE_REASONS = [
  'policy-stale',
  'no-profile',
  'not-acknowledged',
  'no-purpose',
  'purpose-changed',
  'not-home',
  'unknown-label',
] as const satisfies readonly DecisionReason[];

/** Reasons that lie in a pool, by how near it came to answering. Of the pools that came nearest, all reasons are told. */
const POOL_REASONS: readonly (readonly DecisionReason[])[] = [
  ['no-pool'],
  ['dedicated-only'],
  ['too-sensitive', 'subject-elsewhere', 'tenant-policy', 'transfer-not-permitted'],
];

/** The gate that decides, when one of these reasons is a gate's. */
export const gateOf = (reasons: readonly DecisionReason[]): DecisionReason | undefined =>
  GATE_REASONS.find((gate) => reasons.includes(gate));

/** Why none of several pools may answer: the most telling reasons, in a fixed order. */
export function mostTelling(refusals: readonly (readonly DecisionReason[])[]): readonly DecisionReason[] {
  const levels = refusals.map((reasons) =>
    POOL_REASONS.findIndex((level) => level.some((reason) => reasons.includes(reason))),
  );
  const nearest = Math.max(...levels, -1);
  return (POOL_REASONS[nearest] ?? []).filter((reason) =>
    refusals.some((reasons, index) => levels[index] === nearest && reasons.includes(reason)),
  );
}
