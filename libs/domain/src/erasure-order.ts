import { z } from 'zod';

/** Pseudonym of a data subject, as custody makes it: base32, 16 characters. */
export const SubjectPseudonym = z
  .string()
  .regex(/^[a-z2-7]{16}$/, 'the pseudonym of a data subject, 16 characters');

/** Why somebody is to be forgotten. A word and no text, since a text would say who it is. */
export const ERASURE_REASONS = [
  'asked-by-data-subject',
  'contract-ended',
  'no-longer-needed',
  'unlawful',
] as const;

/** What people agreed to erase for good. It cannot be taken back: whoever withdraws it later gets nothing back. */
export const ErasureTerms = z.strictObject({
  /** The data subject; null for everybody of the tenant, and the tenant for good. */
  subject: SubjectPseudonym.nullable(),
  reason: z.enum(ERASURE_REASONS),
});
export type ErasureTerms = z.infer<typeof ErasureTerms>;

/** An order of the control-plane to erase; the home cell of the tenant carries it out. */
export const ErasureOrder = ErasureTerms.extend({ tenant: z.string().min(1), id: z.string().min(1) });
export type ErasureOrder = z.infer<typeof ErasureOrder>;

/** Id of an order among all of a cell. */
export const erasureKey = (tenant: string, id: string): string => `${tenant}/${id}`;
