import { EVENT_TYPES, topicNames, type Fact, type FactBatch } from '@bailiwick/contracts';
import { EVENT_ID, type CellSpec } from '@bailiwick/domain';
import { emit, settle, type Emit, type StageDefinition } from '@bailiwick/kafka';
import { ATTRIBUTES, inSpan, remoteParent } from '@bailiwick/platform';
import { SpanKind, context } from '@opentelemetry/api';
import { OUTCOME_EVENT, analyticsOutcome } from '../analytics/analytics-outcome.js';
import { answeredSeconds } from '../analytics/outcome-metrics.js';
import type { Prices } from '../analytics/prices.js';
import type { FactLedger } from './fact-ledger.js';
import { placeIn, type LocatedFact, type Summary } from './summary.js';

/**
 * True when this very fact made the event's outcome what it is. After a crash the same fact says so again, so the
 * analytics message is neither lost nor doubled; a fact that came second never says so.
 */
const decides = ({ standing }: Summary, { partition, place }: LocatedFact): boolean =>
  standing.outcome !== 'in-flight' &&
  standing.partition === partition &&
  standing.offset === place.toString();

/** Records facts, and publishes an event's outcome in the transaction that commits the fact that decided it. */
export function factStage(
  cell: CellSpec,
  ledger: FactLedger,
  concurrency: number,
  prices: Prices = {},
): StageDefinition<FactBatch> {
  const names = topicNames(cell.jurisdiction);
  const outcomeOf = (located: LocatedFact, summary: Summary): readonly Emit[] => {
    const { eventId, tenant, purpose, object, subject, traceparent } = located.fact;
    if (!decides(summary, located) || !EVENT_ID.test(eventId)) return [];
    const message = analyticsOutcome(summary, cell, prices);
    if (message.outcome === 'answered' && message.durationMs !== null)
      answeredWithin(message.durationMs / 1000, traceparent);
    return [
      emit({
        topic: names.outcome,
        type: OUTCOME_EVENT,
        message,
        attributes: { eventId, tenant, purpose, object, subject },
        classification: 'Internal',
        ...(traceparent !== '' && { traceparent }),
        fact: null,
      }),
    ];
  };
  return {
    name: 'facts',
    topics: [names.fact],
    type: EVENT_TYPES.facts,
    concurrency,
    stage: async ({ facts }, { coordinates: { partition, offset } }) => {
      const outcomes = await Promise.all(
        facts.map(async (fact, index) => {
          const located = { fact, partition, place: placeIn(offset, index) };
          return outcomeOf(located, await traced(fact, () => ledger.record(located)));
        }),
      );
      const published = outcomes.flat();
      return published.length > 0 ? published : [settle(null)];
    },
  };
}

/** The exemplar of a duration is the trace of the record, not that of the message which tells of many. */
const answeredWithin = (seconds: number, traceparent: string): void =>
  context.with(remoteParent(traceparent), () => answeredSeconds.observe(seconds));

/** A fact is recorded in the trace of the work that it tells of: a message holds facts of many records. */
function traced<T>({ eventId, kind, traceparent }: Fact, work: () => Promise<T>): Promise<T> {
  // W3C trace flags: what is not sampled there makes no span here.
  if (!traceparent.endsWith('1')) return work();
  const attributes = { [ATTRIBUTES.event]: eventId };
  const parent = remoteParent(traceparent);
  return inSpan(`record ${kind}`, { kind: SpanKind.CONSUMER, attributes, parent }, work);
}
