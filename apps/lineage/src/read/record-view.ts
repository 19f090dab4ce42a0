import type { DecisionFact, Fact, FieldFact, ModelFact, Violation, WriteFact } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import type { EventOutcome, Summary } from '../record/summary.js';

/** Where an event stands, as every interface of lineage says it. Absent things are null. */
export interface EventView {
  readonly eventId: string;
  readonly tenant: string;
  readonly purpose: string;
  readonly object: string;
  readonly subject: string;
  readonly outcome: EventOutcome;
  readonly reason: string | null;
  readonly region: string;
  readonly jurisdiction: string;
  /** Jurisdiction and pool that answered. */
  readonly answeredIn: string | null;
  readonly pool: string | null;
  readonly traceId: string | null;
  /** Null when the record only visits this cell. */
  readonly receivedAt: string | null;
  readonly updatedAt: string;
}

/** One step of a record's way. */
export interface StepView {
  readonly factId: string;
  readonly kind: string;
  readonly service: string;
  readonly region: string;
  readonly jurisdiction: string;
  readonly at: string;
  readonly reason: string | null;
  readonly fields: readonly FieldFact[];
  readonly decision: DecisionFact | null;
  readonly model: ModelFact | null;
  readonly write: WriteFact | null;
  /** Salted digest of the content concerned, hexadecimal. */
  readonly digest: string | null;
  /** Versions by which a record was classified; null elsewhere. */
  readonly purposeVersion: number | null;
  readonly catalogVersion: number | null;
}

/** A violation as every interface of lineage says it. */
export interface ViolationView {
  readonly violationId: string;
  readonly eventId: string | null;
  readonly tenant: string | null;
  readonly code: string;
  readonly service: string;
  readonly region: string;
  readonly jurisdiction: string;
  readonly at: string;
  readonly traceId: string | null;
  readonly detail: string;
}

/** The whole history of one record in this cell. */
export interface RecordView extends EventView {
  /** Every field once, as the last step that spoke of it left it. */
  readonly fields: readonly FieldFact[];
  readonly steps: readonly StepView[];
  readonly violations: readonly ViolationView[];
}

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
