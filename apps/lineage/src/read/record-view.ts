import type { Fact, FieldFact, Violation } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import { z } from 'zod';
import { EventOutcome, type Summary } from '../record/summary.js';

const text = z.string();
const maybe = z.string().nullable();
const count = z.int().min(0);

/** Where an event stands, as every interface of lineage says it. Absent things are null. */
export const EventView = z
  .object({
    eventId: text,
    tenant: text,
    purpose: text,
    object: text,
    subject: text.describe('Pseudonym of the data subject.'),
    outcome: EventOutcome,
    reason: maybe,
    region: text,
    jurisdiction: text,
    answeredIn: maybe.describe('Jurisdiction that answered.'),
    pool: maybe.describe('Pool that answered.'),
    traceId: maybe,
    receivedAt: maybe.describe('Null when the record only visits this cell.'),
    updatedAt: text,
  })
  .meta({ id: 'Event' });
export type EventView = Readonly<z.infer<typeof EventView>>;

/** Where one field went; never its value. */
export const FieldView = z
  .object({
    name: text,
    category: text,
    sensitivity: text,
    action: text,
    location: text,
    basis: text.describe('What decided the label: catalog, detector, identity, unknown.'),
    entities: z.record(text, count).describe('Kinds of personal data that were found in it, and how often.'),
  })
  .meta({ id: 'Field' });

const Decision = z
  .object({
    outcome: text,
    reasons: z.array(text),
    transferBasis: text,
    fromJurisdiction: text,
    toJurisdiction: text,
    pool: text,
    profileVersion: count,
    policyDigest: text,
    receipt: text.describe('The decision receipt, a compact JWS; empty where there is none.'),
  })
  .meta({ id: 'Decision' });

const Model = z
  .object({
    pool: text,
    model: text,
    inputTokens: count,
    outputTokens: count,
    durationMs: z.number(),
    outputFields: z.array(text),
    facets: z.record(text, text),
  })
  .meta({ id: 'ModelCall' });

const Write = z
  .object({
    target: text,
    object: text,
    fields: z.array(text),
    restored: count.describe('Pseudonyms that were restored at home.'),
    lease: text,
    audience: text,
  })
  .meta({ id: 'WriteBack' });

/** One step of a record's way. */
export const StepView = z
  .object({
    factId: text,
    kind: text,
    service: text,
    region: text,
    jurisdiction: text,
    at: text,
    reason: maybe,
    fields: z.array(FieldView).readonly(),
    decision: Decision.nullable(),
    model: Model.nullable(),
    write: Write.nullable(),
    digest: maybe.describe('Salted digest of the content concerned, hexadecimal.'),
    purposeVersion: count.nullable().describe('By which the record was classified; null elsewhere.'),
    catalogVersion: count.nullable().describe('By which the record was classified; null elsewhere.'),
  })
  .meta({ id: 'Step' });
export type StepView = Readonly<z.infer<typeof StepView>>;

/** A violation as every interface of lineage says it. */
export const ViolationView = z
  .object({
    violationId: text,
    eventId: maybe,
    tenant: maybe,
    code: text,
    service: text,
    region: text,
    jurisdiction: text,
    at: text,
    traceId: maybe,
    detail: text,
  })
  .meta({ id: 'Violation' });
export type ViolationView = Readonly<z.infer<typeof ViolationView>>;

/** The whole history of one record in this cell. */
export const RecordView = EventView.extend({
  fields: z.array(FieldView).readonly().describe('Each once, as the last step that spoke of it left it.'),
  steps: z.array(StepView).readonly(),
  violations: z.array(ViolationView).readonly(),
}).meta({ id: 'Record' });
export type RecordView = Readonly<z.infer<typeof RecordView>>;

const iso = (date: Date | undefined): string => (date ?? new Date(0)).toISOString();

/** Renders a summary. */
export function eventView(summary: Summary, cell: Pick<CellSpec, 'region' | 'jurisdiction'>): EventView {
  const { standing, route, receivedAt } = summary;
  const answered = standing.outcome === 'answered';
  return {
    eventId: summary.eventId,
    tenant: summary.tenant,
    purpose: summary.purpose,
    object: summary.object,
    subject: summary.subject,
    outcome: standing.outcome,
    reason: standing.reason || null,
    region: cell.region,
    jurisdiction: cell.jurisdiction,
    answeredIn: answered ? route?.jurisdiction || null : null,
    pool: answered ? route?.pool || null : null,
    traceId: summary.traceId || null,
    receivedAt: receivedAt === null ? null : iso(new Date(receivedAt)),
    updatedAt: iso(new Date(summary.updatedAt)),
  };
}

/** Renders a fact. */
export const stepView = (fact: Fact): StepView => ({
  factId: fact.factId,
  kind: fact.kind,
  service: fact.service,
  region: fact.region,
  jurisdiction: fact.jurisdiction,
  at: iso(fact.at),
  reason: fact.reason || null,
  fields: fact.fields,
  decision: fact.decision ?? null,
  model: fact.model ?? null,
  write: fact.write ?? null,
  digest: fact.digest.length > 0 ? fact.digest.toString('hex') : null,
  purposeVersion: fact.purposeVersion || null,
  catalogVersion: fact.catalogVersion || null,
});

/** Renders a violation. */
export const violationView = (violation: Violation): ViolationView => ({
  ...violation,
  eventId: violation.eventId || null,
  tenant: violation.tenant || null,
  traceId: violation.traceId || null,
  at: iso(violation.at),
});

/** Where the minimised form was sent: to the pool of the last decision that allowed it. */
function sentTo(facts: readonly Fact[]): string | null {
  const allowed = facts.findLast(({ decision }) => decision?.outcome === 'allow')?.decision;
  return allowed ? `minimised to pool ${allowed.pool} in ${allowed.toJurisdiction}` : null;
}

/**
 * Each field once. Later steps say where it lies now, earlier ones keep what later ones leave out; what was not
 * dropped also went to the pool that the record was sent to.
 */
export function fieldsOf(facts: readonly Fact[]): readonly FieldFact[] {
  const fields = new Map<string, FieldFact>();
  for (const field of facts.flatMap((fact) => fact.fields)) {
    const before = fields.get(field.name);
    fields.set(field.name, {
      name: field.name,
      category: field.category || (before?.category ?? ''),
      sensitivity: field.sensitivity || (before?.sensitivity ?? ''),
      action: field.action || (before?.action ?? ''),
      location: field.location || (before?.location ?? ''),
      basis: field.basis || (before?.basis ?? ''),
      entities: { ...before?.entities, ...field.entities },
    });
  }
  const pool = sentTo(facts);
  return [...fields.values()].map((field) =>
    pool === null || field.action === 'drop' ? field : { ...field, location: `${field.location}; ${pool}` },
  );
}
