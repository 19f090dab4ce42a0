import { createHash } from 'node:crypto';
import {
  ANALYTICS_CLASSIFICATION,
  decideGrant,
  topicNames,
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

/** Names the work for one grant. A grant that is made anew has another key, and is given all that is kept from its beginning. */
export const grantStageName = ({ id, key }: KeyedGrant): string =>
  `grant-${id}-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`;

/** Writes the outcomes that one consumer may have to that consumer's topic, as that consumer may see them. */
export function grantStage(
  cell: CellSpec,
  grant: KeyedGrant,
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
      const decision = decideGrant(grant, cell, tenant, () => known(tenant), now());
      // Nothing can be decided by a word that is old: what waits is neither given nor lost.
      if (decision.reason === 'policy-stale')
        return Promise.reject(
          new BailiwickError('control-not-ready', 'the control-plane has not been heard for too long'),
        );
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
