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
  /** How a generalised value is coarsened. */
  generalise: z.enum(['year', 'area', 'band']).optional(),
});
export type PurposeField = z.infer<typeof PurposeField>;

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
  prompt: z.strictObject({
    system: z.string().min(1),
    /** One line per field; a line whose field is absent after minimisation is left out. */
    lines: z.array(z.strictObject({ label: z.string().min(1), field: z.string().min(1) })).min(1),
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
    /** Name of the CRM connection in the home cell. */
    target: z.string().min(1),
    object: z.string().min(1),
    /** CRM field -> `output.<name>` or `rendering.<name>`. */
    mapping: z.record(z.string(), z.string().regex(/^(output|rendering)\.[A-Za-z0-9_-]+$/)),
  }),
});
export type Purpose = z.infer<typeof Purpose>;

/** Key of a purpose in control topics and caches. */
export const purposeKey = (tenant: string, purpose: string): string => `${tenant}/${purpose}`;
