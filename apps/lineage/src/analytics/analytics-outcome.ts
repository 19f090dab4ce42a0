import type { EventType } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import { z } from 'zod';
import { EventOutcome, type Summary } from '../record/summary.js';
import { costOf, type Prices } from './prices.js';

const text = (description: string) => z.string().meta({ description });
const milliseconds = (description: string) => z.number().nonnegative().nullable().meta({ description });
const counts = (description: string) => z.record(z.string(), z.int().nonnegative()).meta({ description });

/**
 * Value of `<j>.analytics.outcome.v1` and of the topics of its grants: a public contract, published as
 * `infra/contracts/analytics-outcome.v1.schema.json`. Members are only ever added; a change of meaning is a `v2`.
 */
export const AnalyticsOutcome = z
  .object({
    eventId: text(
      'Event id. A later message with the same id replaces this one. Every grant has ids of its own.',
    ),
    subject: text(
      'Keyed pseudonym of the CRM record: the same record has the same one. Every grant has pseudonyms of its own.',
    ),
    tenant: text('Tenant.'),
    purpose: text('Purpose for which the record was sent.'),
    object: text('CRM object, for example Case.'),
    region: text('Cell that writes this message.'),
    jurisdiction: text('Jurisdiction of that cell.'),
    outcome: EventOutcome.exclude(['in-flight']).meta({
      description:
        'answered: the answer is back in the CRM. held: not lawful yet, may be released. denied: not permitted. dead-lettered: broken, kept for an operator.',
    }),
    reason: text('Reason code; null when answered.').nullable(),
    decision: z
      .object({
        outcome: text('allow, deny or hold.'),
        reason: text('The deciding reason code.'),
        transferBasis: text('none-needed, adequacy, scc, bcr, derogation or none.'),
      })
      .nullable()
      .meta({ description: 'The last decision on the record; null when this cell made none.' }),
    fields: z
      .object({
        actions: counts('Fields by what was done with them: keep, mask, pseudonymise, generalise, drop.'),
        categories: counts('Fields by category, for example contact or free-text.'),
        entities: counts('Findings of personal data in texts, by kind of entity, for example PERSON.'),
      })
      .nullable()
      .meta({ description: 'What the classifier counted; null when this cell did not classify the record.' }),
    answeredIn: text('Jurisdiction in which the model answered; null when none did.').nullable(),
    pool: text('Pool that answered; null when none did.').nullable(),
    model: text('Model alias that was called; null when this cell saw no call.').nullable(),
    tokens: z
      .object({ input: z.int().nonnegative(), output: z.int().nonnegative() })
      .nullable()
      .meta({ description: 'Tokens of the model call; null when this cell saw no call.' }),
    cost: z
      .object({ amount: z.number().nonnegative(), currency: text('ISO 4217 code.') })
      .nullable()
      .meta({ description: 'Price of the model call; null when its model has no price here.' }),
    modelDurationMs: milliseconds('Duration of the model call in milliseconds.'),
    stepsMs: z
      .object({
        classified: milliseconds('From the receipt to the labels.'),
        decided: milliseconds('From the labels to the first decision.'),
        answered: milliseconds('From the first decision to the answer, waiting for the pool included.'),
        writtenBack: milliseconds('From the answer to the write-back.'),
      })
      .meta({
        description:
          'How long each step took, in milliseconds; null for a step that this cell did not see done.',
      }),
    facets: z
      .record(z.string(), z.string())
      .meta({ description: 'Output fields that the purpose declares not personal, for example category.' }),
    receivedAt: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'When ingest accepted the record; null when it entered in another cell.' }),
    finishedAt: z.iso.datetime().meta({ description: 'When the outcome came about.' }),
    durationMs: milliseconds('From receivedAt to finishedAt in milliseconds.'),
  })
  .meta({
    $id: 'https://bailiwick.local/schemas/analytics-outcome.v1.schema.json',
    title: 'Outcome of one CRM record, for analytics',
    description:
      'Value of the topics <jurisdiction>.analytics.outcome.<grant>.v1. Free of personal data. Members may be added: ignore what you do not know.',
  });
export type AnalyticsOutcome = z.infer<typeof AnalyticsOutcome>;

/** The published JSON Schema. What readers do not know they let pass, so that members can be added. */
export const outcomeSchema = (): object => z.toJSONSchema(AnalyticsOutcome, { io: 'input' });

/** JSON, so that any Kafka client reads it. */
export const OUTCOME_EVENT: EventType<AnalyticsOutcome> = {
  type: 'bailiwick.analytics.outcome.v1',
  contentType: 'application/json',
  encode: (message) => Buffer.from(JSON.stringify(message)),
  decode: (bytes) => AnalyticsOutcome.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))),
};

const iso = (time: number): string => new Date(time).toISOString();

/** Milliseconds between two times; null where one is not known. Clocks of two machines may disagree by a little. */
const between = (from: number | null | undefined, to: number | undefined): number | null =>
  typeof from !== 'number' || to === undefined ? null : Math.max(0, to - from);

/** The public message about an event that has an outcome; throws for one still in flight. */
export function analyticsOutcome(
  summary: Summary,
  cell: Pick<CellSpec, 'region' | 'jurisdiction'>,
  prices: Prices = {},
): AnalyticsOutcome {
  const { eventId, subject, tenant, purpose, object, standing, receivedAt, route, model } = summary;
  const { decision, labels, steps } = summary;
  if (standing.outcome === 'in-flight') throw new TypeError('an event in flight has no outcome');
  const answered = standing.outcome === 'answered';
  const tokens = model && { input: model.inputTokens, output: model.outputTokens };
  return {
    eventId,
    subject,
    tenant,
    purpose,
    object,
    region: cell.region,
    jurisdiction: cell.jurisdiction,
    outcome: standing.outcome,
    reason: standing.reason || null,
    decision: decision && {
      outcome: decision.outcome,
      reason: decision.reason,
      transferBasis: decision.basis,
    },
    fields: labels && {
      actions: labels.actions,
      categories: labels.categories,
      entities: labels.entities,
    },
    answeredIn: answered ? (route?.jurisdiction ?? null) : null,
    pool: answered ? (route?.pool ?? null) : null,
    model: model?.name ?? null,
    tokens,
    cost: model && tokens && costOf(prices, model.name, tokens),
    modelDurationMs: model?.durationMs ?? null,
    stepsMs: {
      classified: between(receivedAt, steps.classified),
      decided: between(steps.classified, steps.decided),
      answered: between(steps.decided, steps.answered),
      writtenBack: between(steps.answered, steps['written-back']),
    },
    facets: answered ? (model?.facets ?? {}) : {},
    receivedAt: receivedAt === null ? null : iso(receivedAt),
    finishedAt: iso(standing.at),
    durationMs: between(receivedAt, standing.at),
  };
}
