import { z } from 'zod';

/** Whose law applies, for example `eu`. Lower-case letters; it is the first segment of every topic name. */
export const Jurisdiction = z.string().regex(/^[a-z]{2,8}$/, 'two to eight lower-case letters');
export type Jurisdiction = z.infer<typeof Jurisdiction>;

/** A deployable place inside one jurisdiction, for example `eu-central`. */
export const Region = z
  .string()
  .regex(/^[a-z]{2,8}-[a-z0-9-]{2,24}$/, 'jurisdiction-like prefix, a dash, a place');
export type Region = z.infer<typeof Region>;
