import { createHash } from 'node:crypto';
import {
  ANALYTICS_CLASSIFICATION,
  decideGrant,
  topicNames,
  type AnalyticsGrant,
  type GrantDecision,
  type KeyedGrant,
  type KnownProfile,
} from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import { emit, settle, type StageDefinition } from '@bailiwick/kafka';
import { BailiwickError } from '@bailiwick/platform';
import { OUTCOME_EVENT, type AnalyticsOutcome } from './analytics-outcome.js';
import { grantedOutcome } from './granted-outcome.js';

const CONCURRENCY = 100;
/** The outcomes of a cell are few beside its facts: one transaction at a time keeps up. */
const LANES = 1;

/** Reasons for which an outcome is neither given nor passed over: what waits is given when they are gone, if they go. */
const WAITS: Partial<Record<GrantDecision['reason'], string>> = {
  'policy-stale': 'the control-plane has not been heard for too long',
  'grant-expired': 'the grant is over',
};

/** Names the work for one grant. A grant that is made anew has another key, and is given all that is kept from its beginning. */
export const grantStageName = ({ id, key }: Pick<KeyedGrant, 'id' | 'key'>): string =>
  `grant-${id}-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`;

/**
 * Writes the outcomes that one consumer may have to that consumer's topic, as that consumer may see them. `terms` is asked for every
 * outcome, since a grant may be renewed, narrowed or widened while its id and key stay.
 */
export function grantStage(
  cell: CellSpec,
  grant: Pick<KeyedGrant, 'id' | 'key'>,
  terms: () => AnalyticsGrant,
  known: (tenant: string) => KnownProfile,
  now: () => number = Date.now,
): StageDefinition<AnalyticsOutcome> {
  const names = topicNames(cell.jurisdiction);
  const topic = names.grantedOutcome(grant.id);
  return {
    name: grantStageName(grant),
    topics: [names.outcome],
    type: OUTCOME_EVENT,
    concurrency: CONCURRENCY,
    lanes: LANES,
    stage: (outcome) => {
      const { tenant, purpose, object } = outcome;
      const decision = decideGrant(terms(), cell, tenant, () => known(tenant), now());
      const waits = WAITS[decision.reason];
      if (waits !== undefined) return Promise.reject(new BailiwickError('control-not-ready', waits));
      if (decision.outcome === 'deny') return Promise.resolve([settle(null)]);
      const message = grantedOutcome(outcome, grant);
      const { eventId, subject } = message;
      return Promise.resolve([
        emit({
          topic,
          type: OUTCOME_EVENT,
          message,
          attributes: { eventId, tenant, purpose, object, subject },
          classification: ANALYTICS_CLASSIFICATION,
          // A trace id is the same for every consumer, so it would join what their pseudonyms keep apart.
          traceparent: '',
          fact: null,
        }),
      ]);
    },
  };
}
