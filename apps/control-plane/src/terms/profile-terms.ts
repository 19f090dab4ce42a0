import { ResidencyProfile } from '@bailiwick/domain';
import { z } from 'zod';

/** Longest time that anything may be kept, in days: a hundred years. */
const Days = z.int().min(1).max(36_525);

/** How long what the mesh keeps of a tenant's records may be kept, in days, by what it is. */
export const Retention = z.strictObject({
  /** Records, classified records, requests and answers on their topics. */
  records: Days,
  /** Records that were held or could not be processed. */
  held: Days,
  /** Lineage: facts, receipts, violations; free of personal data. */
  lineage: Days,
});

/** Whom the tenant wants to be told of an incident. Never published to a cell. */
export const IncidentContact = z.strictObject({
  name: z.string().trim().min(1).max(200),
  email: z.email(),
  phone: z
    .string()
    .regex(/^\+[0-9 ]{6,20}$/, 'as +49 30 1234567')
    .optional(),
});

/**
 * Where a tenant's data lives and may go, how long it is kept and who is told of an incident: what the customer's
 * authorised person acknowledges. Nothing of it has a default and nothing can be left out.
 */
export const ProfileTerms = ResidencyProfile.omit({
  tenant: true,
  version: true,
  acknowledgement: true,
}).extend({ retention: Retention, incidentContacts: z.array(IncidentContact).min(1) });
export type ProfileTerms = z.infer<typeof ProfileTerms>;
