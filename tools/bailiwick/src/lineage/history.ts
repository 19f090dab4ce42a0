import { z } from 'zod';

/** Where an event can stand, in the order of precedence, lowest first. */
export const OUTCOMES = ['in-flight', 'held', 'denied', 'dead-lettered', 'answered'] as const;
export type Outcome = (typeof OUTCOMES)[number];

const text = z.string();
const maybe = z.string().nullable();

/** An event as lineage lists it. */
export const Event = z.object({
  eventId: text,
  tenant: text,
  purpose: text,
  object: text,
  outcome: z.enum(OUTCOMES),
  reason: maybe,
  region: text,
  jurisdiction: text,
  answeredIn: maybe,
  pool: maybe,
  traceId: maybe,
  /** Null when the record only visits the cell. */
  receivedAt: maybe,
  updatedAt: text,
});
export type Event = z.infer<typeof Event>;

/** Where one field went. */
export const Field = z.object({
  name: text,
  category: text,
  sensitivity: text,
  action: text,
  location: text,
  basis: text,
  entities: z.record(text, z.number()).default({}),
});
export type Field = z.infer<typeof Field>;

/** One step of a record's way. */
export const Step = z.object({
  factId: text,
  kind: text,
  service: text,
  region: text,
  jurisdiction: text,
  at: text,
  reason: maybe,
  fields: z.array(Field),
  decision: z
    .object({
      outcome: text,
      reasons: z.array(text),
      transferBasis: text,
      toJurisdiction: text,
      pool: text,
      profileVersion: z.number(),
      receipt: text,
    })
    .nullable(),
  model: z
    .object({
      pool: text,
      model: text,
      inputTokens: z.number(),
      outputTokens: z.number(),
      durationMs: z.number(),
      outputFields: z.array(text),
    })
    .nullable(),
  write: z
    .object({
      target: text,
      object: text,
      fields: z.array(text),
      restored: z.number(),
      /** Empty for a write that is older than leases. */
      lease: text.default(''),
    })
    .nullable(),
});
export type Step = z.infer<typeof Step>;

/** Something attempted what is forbidden. */
export const Violation = z.object({
  violationId: text,
  eventId: maybe,
  tenant: maybe,
  code: text,
  service: text,
  region: text,
  at: text,
  detail: text,
});
export type Violation = z.infer<typeof Violation>;

/** The whole history of one record. */
export const History = Event.extend({
  fields: z.array(Field),
  steps: z.array(Step),
  violations: z.array(Violation),
});
export type History = z.infer<typeof History>;
