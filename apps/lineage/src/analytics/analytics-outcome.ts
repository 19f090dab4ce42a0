import type { EventType } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import { z } from 'zod';
import { EventOutcome, type Summary } from '../record/summary.js';

const text = (description: string) => z.string().meta({ description });

/**
 * Value of `<j>.analytics.outcome.v1`: a public contract, published as
 * `infra/contracts/analytics-outcome.v1.schema.json`. Members are only ever added; a change of meaning is a `v2`.
 */
export const AnalyticsOutcome = z
  .strictObject({
    eventId: text('Event id. A later message with the same id replaces this one.'),
    subject: text('Keyed pseudonym of the CRM record: the same record has the same one.'),
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
    answeredIn: text('Jurisdiction in which the model answered; null when none did.').nullable(),
    pool: text('Pool that answered; null when none did.').nullable(),
    model: text('Model alias that was called; null when this cell saw no call.').nullable(),
    tokens: z
      .strictObject({ input: z.int().nonnegative(), output: z.int().nonnegative() })
      .nullable()
      .meta({ description: 'Tokens of the model call; null when this cell saw no call.' }),
    modelDurationMs: z
      .number()
      .nonnegative()
      .nullable()
      .meta({ description: 'Duration of the model call in milliseconds.' }),
    facets: z
      .record(z.string(), z.string())
      .meta({ description: 'Output fields that the purpose declares not personal, for example category.' }),
    receivedAt: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'When ingest accepted the record; null when it entered in another cell.' }),
    finishedAt: z.iso.datetime().meta({ description: 'When the outcome came about.' }),
    durationMs: z
      .number()
      .nonnegative()
      .nullable()
      .meta({ description: 'From receivedAt to finishedAt in milliseconds.' }),
  })
  .meta({
    $id: 'https://bailiwick.local/schemas/analytics-outcome.v1.schema.json',
    title: 'Outcome of one CRM record, for analytics',
    description: 'Value of the topic <jurisdiction>.analytics.outcome.v1. Free of personal data.',
  });
export type AnalyticsOutcome = z.infer<typeof AnalyticsOutcome>;

/** JSON, so that any Kafka client reads it. */
export const OUTCOME_EVENT: EventType<AnalyticsOutcome> = {
  type: 'bailiwick.analytics.outcome.v1',
  contentType: 'application/json',
  encode: (message) => Buffer.from(JSON.stringify(message)),
  decode: (bytes) => AnalyticsOutcome.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))),
};

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** The public message about an event that has an outcome; throws for one still in flight. */
export function analyticsOutcome(
  summary: Summary,
  cell: Pick<CellSpec, 'region' | 'jurisdiction'>,
): AnalyticsOutcome {
  const { eventId, subject, tenant, purpose, object, standing, receivedAt, route, model } = summary;
  if (standing.outcome === 'in-flight') throw new TypeError('an event in flight has no outcome');
  const answered = standing.outcome === 'answered';
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
    answeredIn: answered ? (route?.jurisdiction ?? null) : null,
    pool: answered ? (route?.pool ?? null) : null,
    model: model?.name ?? null,
    tokens: model && { input: model.inputTokens, output: model.outputTokens },
    modelDurationMs: model?.durationMs ?? null,
    facets: answered ? (model?.facets ?? {}) : {},
    receivedAt: receivedAt === null ? null : iso(receivedAt),
    finishedAt: iso(standing.at),
    durationMs: receivedAt === null ? null : Math.max(0, standing.at - receivedAt),
  };
}
