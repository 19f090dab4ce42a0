import type { Fact } from '@bailiwick/contracts';
import { z } from 'zod';

/**
 * Where an event can stand, in the order of precedence, lowest first. A later fact can only raise it: an answer that
 * is back in the CRM is a fact that nothing undoes, and what is denied is never merely held.
 */
export const OUTCOMES = ['in-flight', 'held', 'denied', 'dead-lettered', 'answered'] as const;
export const EventOutcome = z.enum(OUTCOMES);
export type EventOutcome = z.infer<typeof EventOutcome>;

/** Which of several facts a member was taken from. */
const Stamp = { at: z.number(), factId: z.string() };

type Counts = Readonly<Record<string, number>>;

/** Summaries are read for every fact, and `z.record` takes three times as long as all of the rest. */
const Counts = z.custom<Counts>((value) => {
  if (typeof value !== 'object' || value === null) return false;
  for (const count of Object.values(value)) if (typeof count !== 'number') return false;
  return true;
});

/** Steps of which analytics tells how long they took, in their order. */
const TIMED_STEPS = ['classified', 'decided', 'answered', 'written-back'] as const;

/** Everything that lists, filters and analytics need of an event; made of its facts in any order. */
export const Summary = z.strictObject({
  eventId: z.string(),
  tenant: z.string(),
  purpose: z.string(),
  object: z.string(),
  subject: z.string(),
  traceId: z.string(),
  /** The fact that made the outcome what it is, by where it lies in the fact topic. */
  standing: z.strictObject({
    outcome: EventOutcome,
    reason: z.string(),
    at: z.number(),
    partition: z.int(),
    /** As `placeIn` says. */
    offset: z.string(),
  }),
  /** Milliseconds since the epoch; null while nobody here has seen it received: a record that visits this cell. */
  receivedAt: z.number().nullable(),
  updatedAt: z.number(),
  /** Where the router sent it, or, better, where it was answered. */
  route: z
    .strictObject({ ...Stamp, answered: z.boolean(), pool: z.string(), jurisdiction: z.string() })
    .nullable(),
  model: z
    .strictObject({
      ...Stamp,
      name: z.string(),
      inputTokens: z.number(),
      outputTokens: z.number(),
      /** Duration of the model call. */
      durationMs: z.number(),
      facets: z.record(z.string(), z.string()),
    })
    .nullable(),
  /** The last decision; null in summaries that are older than this member. */
  decision: z
    .strictObject({ ...Stamp, outcome: z.string(), reason: z.string(), basis: z.string() })
    .nullable()
    .default(null),
  /** How many fields the classifier labelled and what it found in them, in numbers. */
  labels: z
    .strictObject({ ...Stamp, actions: Counts, categories: Counts, entities: Counts })
    .nullable()
    .default(null),
  /** When each step was first done here, in milliseconds since the epoch. */
  steps: z
    .strictObject({
      classified: z.number().optional(),
      decided: z.number().optional(),
      answered: z.number().optional(),
      'written-back': z.number().optional(),
    })
    .default({}),
});
export type Summary = z.infer<typeof Summary>;
type Standing = Summary['standing'];

/** Facts that one message of the fact topic can hold: far more than its bytes allow. */
const FACTS_A_MESSAGE = 1n << 20n;

/** Place of a fact in its partition: grows with the message's offset, and within the message. */
export const placeIn = (offset: bigint, index: number): bigint => offset * FACTS_A_MESSAGE + BigInt(index);

/** A fact with its place in the fact topic. */
export interface LocatedFact {
  readonly fact: Fact;
  readonly partition: number;
  /** As `placeIn` says. */
  readonly place: bigint;
}

function outcomeOf({ kind, service, decision }: Fact): EventOutcome {
  // Lineage's own dead letter is a broken fact, not a broken record.
  if (service === 'lineage') return 'in-flight';
  if (kind === 'written-back') return 'answered';
  if (kind === 'dead-lettered') return 'dead-lettered';
  if (decision?.outcome === 'deny') return 'denied';
  return kind === 'held' || decision?.outcome === 'hold' ? 'held' : 'in-flight';
}

function routeOf(fact: Fact, stamp: { at: number; factId: string }): Summary['route'] {
  const { kind, decision, model } = fact;
  if (kind === 'answered')
    return { ...stamp, answered: true, pool: model?.pool ?? '', jurisdiction: fact.jurisdiction };
  if (decision?.outcome !== 'allow') return null;
  return { ...stamp, answered: false, pool: decision.pool, jurisdiction: decision.toJurisdiction };
}

const add = (counts: Record<string, number>, name: string, times: number): void => {
  counts[name] = (counts[name] ?? 0) + times;
};

function labelsOf(fields: Fact['fields'], stamp: { at: number; factId: string }): Summary['labels'] {
  const labels = { ...stamp, actions: {}, categories: {}, entities: {} };
  for (const { action, category, entities } of fields) {
    add(labels.actions, action, 1);
    add(labels.categories, category, 1);
    for (const name in entities) add(labels.entities, name, entities[name] ?? 0);
  }
  return labels;
}

/** What one fact alone says about its event. */
export function summaryOf({ fact, partition, place }: LocatedFact): Summary {
  const { eventId, tenant, purpose, object, subject, traceId, kind, factId, model, decision } = fact;
  const at = fact.at?.getTime() ?? 0;
  const stamp = { at, factId };
  const outcome = outcomeOf(fact);
  return {
    eventId,
    tenant,
    purpose,
    object,
    subject,
    traceId,
    standing: {
      outcome,
      reason: outcome === 'in-flight' ? '' : fact.reason || (fact.decision?.reasons[0] ?? ''),
      at,
      partition,
      offset: place.toString(),
    },
    receivedAt: kind === 'received' ? at : null,
    updatedAt: at,
    route: routeOf(fact, stamp),
    model: model
      ? {
          ...stamp,
          name: model.model,
          inputTokens: model.inputTokens,
          outputTokens: model.outputTokens,
          durationMs: model.durationMs,
          facets: model.facets,
        }
      : null,
    decision: decision
      ? {
          ...stamp,
          outcome: decision.outcome,
          reason: decision.reasons[0] ?? '',
          basis: decision.transferBasis,
        }
      : null,
    labels: kind === 'classified' ? labelsOf(fact.fields, stamp) : null,
    steps: TIMED_STEPS.some((step) => step === kind) ? { [kind]: at } : {},
  };
}

/** The higher outcome; of equal ones the fact that lies first in the topic, so that a replay changes nothing. */
function higher(a: Standing, b: Standing): Standing {
  const rank = OUTCOMES.indexOf(a.outcome) - OUTCOMES.indexOf(b.outcome);
  if (rank !== 0) return rank > 0 ? a : b;
  if (a.partition !== b.partition) return a.partition < b.partition ? a : b;
  return BigInt(a.offset) <= BigInt(b.offset) ? a : b;
}

function later<T extends { readonly at: number; readonly factId: string }>(
  a: T | null,
  b: T | null,
): T | null {
  if (!a || !b) return a ?? b;
  return a.at > b.at || (a.at === b.at && a.factId >= b.factId) ? a : b;
}

function betterRoute(a: Summary['route'], b: Summary['route']): Summary['route'] {
  return a && b && a.answered !== b.answered ? (a.answered ? a : b) : later(a, b);
}

const earliest = (a: Summary['steps'], b: Summary['steps']): Summary['steps'] => {
  const steps = { ...a };
  for (const step of TIMED_STEPS) {
    const [x, y] = [a[step], b[step]];
    if (y !== undefined && (x === undefined || y < x)) steps[step] = y;
  }
  return steps;
};

/** Facts of one event carry the same names; where one lacks them, the other's count. */
const named = (a: string, b: string): string => (a >= b ? a : b);

/**
 * What two parts of one event's facts say together. Commutative, associative and idempotent, so that facts may arrive
 * in any order, in any batches, and again.
 */
export function merge(a: Summary, b: Summary): Summary {
  return {
    eventId: a.eventId,
    tenant: named(a.tenant, b.tenant),
    purpose: named(a.purpose, b.purpose),
    object: named(a.object, b.object),
    subject: named(a.subject, b.subject),
    traceId: named(a.traceId, b.traceId),
    standing: higher(a.standing, b.standing),
    receivedAt:
      a.receivedAt === null || b.receivedAt === null
        ? (a.receivedAt ?? b.receivedAt)
        : Math.min(a.receivedAt, b.receivedAt),
    updatedAt: Math.max(a.updatedAt, b.updatedAt),
    route: betterRoute(a.route, b.route),
    model: later(a.model, b.model),
    decision: later(a.decision, b.decision),
    labels: later(a.labels, b.labels),
    steps: earliest(a.steps, b.steps),
  };
}
