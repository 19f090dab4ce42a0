import { z } from 'zod';
import { Action } from './category.js';

/** A text made from a model's answer, with pseudonyms that only the home cell restores. */
export const Rendering = z.strictObject({
  /** Output field whose value chooses the template. */
  from: z.string().min(1),
  /** Template by output value; `{{Field}}` inserts the minimised field, as the model saw it. */
  templates: z.record(z.string(), z.string()),
});

/** What is done with one field of the record for a purpose. */
export const PurposeField = z.strictObject({
  action: Action,
  /** Action on personal data found inside the field's text; absent means the field holds no free text. */
  inText: z.enum(['mask', 'pseudonymise', 'drop']).optional(),
  /** Keeps what others wrote in the field's text: quoted e-mails and signatures. They are dropped when absent. */
  quotes: z.literal('keep').optional(),
  /** How a generalised value is coarsened. */
  generalise: z.enum(['year', 'area', 'band']).optional(),
});
export type PurposeField = z.infer<typeof PurposeField>;

const EntityName = z.string().regex(/^[A-Z][A-Z0-9_]{0,39}$/);

/**
 * How personal data is looked for in the text of kept fields. What is left out stands at the classifier's own setting:
 * every entity, the standard level. The classifier holds records of a purpose that names an entity it does not know.
 */
export const PurposeDetection = z.strictObject({
  /** `thorough` finds more names and takes more time. */
  level: z.enum(['standard', 'thorough']).optional(),
  /** Only these entities: what is not named passes as ordinary text, so name all that may not. */
  entities: z.array(EntityName).min(1).optional(),
  /** Languages (ISO 639-1) of the texts. */
  languages: z
    .array(z.string().regex(/^[a-z]{2}$/))
    .min(1)
    .optional(),
  /** Countries (ISO 3166-1 alpha-2) whose numbers are looked for. */
  countries: z
    .array(z.string().regex(/^[A-Z]{2}$/))
    .min(1)
    .optional(),
  /** Least score of a finding by entity, 0 to 1. */
  thresholds: z.record(EntityName, z.number().min(0).max(1)).optional(),
  /** Values that are never personal data, such as the tenant's own hotline. */
  allow: z.array(z.string().min(1).max(200)).max(1000).optional(),
  /** Values that always are, by entity. */
  deny: z.record(EntityName, z.array(z.string().min(1).max(200)).max(1000)).optional(),
});
export type PurposeDetection = z.infer<typeof PurposeDetection>;

/** What the model is asked to do with which fields. A field that is not named here is dropped. */
export const Purpose = z.strictObject({
  /** Unique per tenant. */
  id: z.string().regex(/^[a-z][a-z0-9-]{1,60}$/),
  tenant: z.string().min(1),
  version: z.int().positive(),
  /** One sentence for people. */
  title: z.string().min(1),
  /** GDPR Art 6 (and 9 where special categories are used). */
  lawfulBasis: z.string().min(1),
  object: z.string().min(1),
  fields: z.record(z.string(), PurposeField),
  detection: PurposeDetection.optional(),
  prompt: z.strictObject({
    system: z.string().min(1),
    /**
     * One line per field; a line whose field is absent after minimisation is left out. None in a purpose about chats, whose question
     * is the caller's own: `system` precedes it.
     */
    lines: z.array(z.strictObject({ label: z.string().min(1), field: z.string().min(1) })),
  }),
  model: z.strictObject({
    alias: z.string().min(1),
    maxTokens: z.int().positive(),
    timeoutMs: z.int().positive(),
  }),
  output: z.strictObject({
    /** JSON Schema (2020-12) that the answer must satisfy. */
    schema: z.record(z.string(), z.unknown()),
    /** Output fields that hold no personal data and may appear in analytics. */
    facets: z.array(z.string()),
    renderings: z.record(z.string(), Rendering),
  }),
  writeback: z.strictObject({
    /** Name of the CRM connection in the home cell; `caller` for the one who waits for the answer to a chat. */
    target: z.string().min(1),
    object: z.string().min(1),
    /** CRM field -> `output.<name>` or `rendering.<name>`. */
    mapping: z.record(z.string(), z.string().regex(/^(output|rendering)\.[A-Za-z0-9_-]+$/)),
  }),
});
export type Purpose = z.infer<typeof Purpose>;

/** Key of a purpose in control topics and caches. */
export const purposeKey = (tenant: string, purpose: string): string => `${tenant}/${purpose}`;
