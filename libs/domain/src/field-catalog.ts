import { z } from 'zod';
import { Category, Regulation } from './category.js';
import { Sensitivity } from './sensitivity.js';

/** What the CRM's own metadata says of one field. */
export const CatalogField = z.strictObject({
  category: Category,
  sensitivity: Sensitivity,
  regulations: z.array(Regulation),
  /** Entity that the whole value is, for the detectors, for example `EMAIL_ADDRESS`; absent when it is none. */
  entity: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]{0,39}$/)
    .optional(),
  /** What the value says of the whole record: `subject-country` is the country under whose law its data subject is. */
  gives: z.literal('subject-country').optional(),
});
export type CatalogField = z.infer<typeof CatalogField>;

/** What the fields of one CRM object are, by dotted name. A field that is not listed counts as the most restrictive. */
export const FieldCatalog = z.strictObject({
  /** CRM object, for example `Case`. */
  object: z.string().min(1),
  version: z.int().positive(),
  fields: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_.]{0,79}$/), CatalogField),
});
export type FieldCatalog = z.infer<typeof FieldCatalog>;
