import { z } from 'zod';

const Direction = z.enum(['out', 'in']);

/** One record that crossed to another jurisdiction, as lineage lists it. */
export const Transfer = z.object({
  eventId: z.string(),
  at: z.string(),
  direction: Direction,
  fromJurisdiction: z.string(),
  toJurisdiction: z.string(),
  pool: z.string(),
  basis: z.string(),
  profileVersion: z.number(),
  purpose: z.string(),
  object: z.string(),
  subject: z.string(),
  fields: z.array(z.string()),
  receipt: z.string(),
});
export type Transfer = z.infer<typeof Transfer>;

/** What crossed to one jurisdiction on one basis. */
export const TransferTotal = z.object({
  direction: Direction,
  fromJurisdiction: z.string(),
  toJurisdiction: z.string(),
  basis: z.string(),
  transfers: z.number(),
  subjects: z.number(),
  fields: z.array(z.string()),
  first: z.string(),
  last: z.string(),
});
export type TransferTotal = z.infer<typeof TransferTotal>;
