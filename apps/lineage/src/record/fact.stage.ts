import { EVENT_TYPES, topicNames, type Fact } from '@bailiwick/contracts';
import { EVENT_ID, type CellSpec } from '@bailiwick/domain';
import { emit, settle, type Outcome, type StageDefinition } from '@bailiwick/kafka';
import { OUTCOME_EVENT, analyticsOutcome } from '../analytics/analytics-outcome.js';
import type { FactLedger } from './fact-ledger.js';
import type { Summary } from './summary.js';

/**
 * True when this very fact made the event's outcome what it is. After a crash the same fact says so again, so the
 * analytics message is neither lost nor doubled; a fact that came second never says so.
 */
const decides = ({ standing }: Summary, partition: number, offset: bigint): boolean =>
  standing.outcome !== 'in-flight' &&
  standing.partition === partition &&
  standing.offset === offset.toString();

/** Records facts, and publishes an event's outcome in the transaction that commits the fact that decided it. */
export function factStage(cell: CellSpec, ledger: FactLedger, concurrency: number): StageDefinition<Fact> {
  const names = topicNames(cell.jurisdiction);
  return {
    name: 'facts',
    topics: [names.fact],
    type: EVENT_TYPES.fact,
    concurrency,
    stage: async (fact, { coordinates: { partition, offset } }): Promise<readonly Outcome[]> => {
      const summary = await ledger.record({ fact, partition, offset });
      if (!decides(summary, partition, offset) || !EVENT_ID.test(fact.eventId)) return [settle(null)];
      const message = analyticsOutcome(summary, cell);
      return [
        emit({ topic: names.outcome, type: OUTCOME_EVENT, message, classification: 'Internal', fact: null }),
      ];
    },
  };
}
