import {
  EVENT_TYPES,
  crossingWithoutPoolKey,
  type BorderCrossing,
  type TopicNames,
} from '@bailiwick/contracts';
import { DECISION_REASONS } from '@bailiwick/domain';
import { emit, hold, settle, type FactDraft, type Outcome } from '@bailiwick/kafka';
import type { Neighbour } from '../config.js';
import { classificationOf, type Routed } from './route-candidate.js';
import type { Candidate } from './candidate.js';

/** Where outcomes go from this cell. */
export interface Ways {
  readonly topics: TopicNames;
  readonly neighbours: readonly Neighbour[];
}

/** Sends a crossing on its way, with the fact of why it may go. */
export type Leave = (crossing: BorderCrossing, fact: FactDraft) => readonly Outcome[];

/** What a decision comes to. `leave` is how a record goes abroad from where it is. */
export function routedOutcomes(
  routed: Routed,
  candidate: Candidate,
  { topics, neighbours }: Ways,
  leave: Leave = toBorder(topics, neighbours, candidate),
): readonly Outcome[] {
  const { fact } = routed;
  switch (routed.kind) {
    case 'pool':
      return [
        emit({
          topic: topics.request(routed.request.pool),
          type: EVENT_TYPES.request,
          message: routed.request,
          classification: classificationOf(candidate),
          fact,
        }),
      ];
    case 'abroad':
      return neighbours.some(({ region }) => region === routed.crossing.toRegion)
        ? leave(routed.crossing, fact)
        : [settle(fact), hold('no-border', 'no way leads to the region of the pool; open one, then release')];
    case 'waits':
      return [
        emit({
          topic: topics.waiting(routed.pool),
          type: EVENT_TYPES.classified,
          message: routed.record,
          classification: classificationOf(candidate),
          fact,
        }),
      ];
    case 'held':
      return [settle(fact), hold(routed.reason, DECISION_REASONS[routed.reason])];
  }
}

/** A crossing waits on the border topic of the jurisdiction in which its destination lies. */
const toBorder =
  (topics: TopicNames, neighbours: readonly Neighbour[], candidate: Candidate): Leave =>
  (crossing, fact) => [
    emit({
      topic: topics.border(neighbours.find(({ region }) => region === crossing.toRegion)?.jurisdiction ?? ''),
      type: EVENT_TYPES.border,
      // The checkpoint decides again, and only then it is wrapped for whoever answers.
      message: crossingWithoutPoolKey(crossing),
      classification: classificationOf(candidate),
      fact,
    }),
  ];
