import { z } from 'zod';

/** Stands for the jurisdiction of a data subject whose country is not known. No cell lies there, so nothing goes there. */
export const UNKNOWN_JURISDICTION = 'unknown';

/** Whose law applies, for example `eu`. Lower-case letters; it is the first segment of every topic name. */
export const Jurisdiction = z
  .string()
  .regex(/^[a-z]{2,8}$/, 'two to eight lower-case letters')
  .refine((name) => name !== UNKNOWN_JURISDICTION, 'the name stands for no jurisdiction');
export type Jurisdiction = z.infer<typeof Jurisdiction>;

/** A deployable place inside one jurisdiction, for example `eu-central`. */
export const Region = z
  .string()
  .regex(/^[a-z]{2,8}-[a-z0-9-]{2,24}$/, 'jurisdiction-like prefix, a dash, a place');
export type Region = z.infer<typeof Region>;

/** Country as ISO 3166-1 alpha-2 writes it, for example `FR`. */
export const Country = z.string().regex(/^[A-Z]{2}$/, 'a country of ISO 3166-1 alpha-2');

/** Countries whose law a jurisdiction is; published on the control topic `jurisdiction`. */
export const JurisdictionCountries = z.strictObject({
  jurisdiction: Jurisdiction,
  countries: z.array(Country),
});
export type JurisdictionCountries = z.infer<typeof JurisdictionCountries>;
