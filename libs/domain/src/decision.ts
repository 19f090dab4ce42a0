import type { TransferBasis } from './residency-profile.js';

/** Every reason a decision can give. The first reason of a decision is the deciding one. */
export const DECISION_REASONS = {
  'home-pool': 'A pool in the home jurisdiction may answer.',
  'transfer-permitted':
    'The contract permits this jurisdiction on the named transfer basis for this sensitivity.',
  'no-profile': 'The tenant has no residency profile.',
  'not-acknowledged': 'Nobody has acknowledged the residency profile.',
  'no-purpose': 'The tenant has no such purpose in this cell.',
  'purpose-changed': 'The record was minimised for another version of the purpose.',
  'policy-stale': 'The control topics have not been confirmed for longer than the limit.',
  'unknown-label': 'A label is not on the scale, so it counts as the highest.',
  'not-home': 'The record lies outside the home jurisdiction of its tenant.',
  'no-pool': 'No pool that may answer serves the model.',
  'dedicated-only': 'The tenant is isolated and only pools dedicated to it may answer.',
  'transfer-not-permitted':
    'The contract names no transfer basis for the jurisdiction of the only pools with this model.',
  'too-sensitive': 'The sensitivity after minimisation is above what the transfer permits.',
  'subject-elsewhere':
    'The data subject is under the law of a third jurisdiction, which the transfer basis does not cover.',
  'tenant-policy': 'A policy of the tenant forbids it.',
  'policy-error': 'A policy that applies could not be read or evaluated, so nothing is decided.',
  'no-capacity': 'No pool that may answer has room.',
} as const;
export type DecisionReason = keyof typeof DECISION_REASONS;

/** `none-needed` when the record stays at home. */
export type DecisionBasis = TransferBasis | 'none-needed';

/** A decision: a value with reasons, never an exception. */
export type Decision =
  | {
      readonly outcome: 'allow';
      readonly reasons: readonly DecisionReason[];
      readonly basis: DecisionBasis;
      readonly pool: string;
      readonly region: string;
      readonly jurisdiction: string;
    }
  | {
      readonly outcome: 'deny' | 'hold';
      readonly reasons: readonly DecisionReason[];
      readonly basis: 'none';
    };
