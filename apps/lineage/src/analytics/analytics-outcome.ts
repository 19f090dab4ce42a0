import type { EventType } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import { z } from 'zod';
import { EventOutcome, type Summary } from '../record/summary.js';

/**
 * Value of `<j>.analytics.outcome.v1`: the public contract, as `infra/contracts/analytics-outcome.v1.schema.json`
 * states it. No personal data: names, codes, times, and the facets that a purpose declares not personal.
 */
export const AnalyticsOutcome = z.strictObject({
  eventId: z.string(),
  /** Keyed pseudonym of the CRM record. */
  subject: z.string(),
  tenant: z.string(),
  purpose: z.string(),
  object: z.string(),
  region: z.string(),
  jurisdiction: z.string(),
  outcome: EventOutcome.exclude(['in-flight']),
  /** Reason code; null when answered. */
  reason: z.string().nullable(),
  /** Jurisdiction and pool that answered; null when none did. */
  answeredIn: z.string().nullable(),
  pool: z.string().nullable(),
  model: z.string().nullable(),
  tokens: z.strictObject({ input: z.int().nonnegative(), output: z.int().nonnegative() }).nullable(),
  /** Duration of the model call in milliseconds. */
  modelDurationMs: z.number().nonnegative().nullable(),
  facets: z.record(z.string(), z.string()),
  /** Null when this cell did not receive the record itself. */
  receivedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime(),
  /** From receipt to the outcome in milliseconds. */
  durationMs: z.number().nonnegative().nullable(),
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
