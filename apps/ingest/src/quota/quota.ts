import { z } from 'zod';

/** How much of a tenant is taken. */
export const Quota = z.strictObject({
  /** Records a second on average. */
  recordsPerSecond: z.number().positive(),
  /** Records at once, when nothing came for a while. */
  burst: z.int().positive(),
  /** Records a day (UTC); absent: any number. */
  recordsPerDay: z.int().positive().optional(),
  /** Tokens a day (UTC) of questions and their answers, by purpose; a purpose that is not named: any number. */
  tokensPerDay: z.record(z.string(), z.int().positive()).optional(),
});
export type Quota = z.infer<typeof Quota>;

/** Quotas of a cell: of every tenant, and of those that have another. */
export const QuotaFile = z.strictObject({
  default: Quota,
  tenants: z.record(z.string(), Quota).default({}),
});
export type QuotaFile = z.infer<typeof QuotaFile>;

/** What holds where nobody says otherwise: more than a cell on two cores takes, so that one tenant cannot take it all. */
export const DEFAULT_QUOTAS: QuotaFile = {
  default: { recordsPerSecond: 1000, burst: 2000 },
  tenants: {},
};

/** The quota of a tenant. */
export const quotaOf = (quotas: QuotaFile, tenant: string): Quota =>
  (Object.hasOwn(quotas.tenants, tenant) ? quotas.tenants[tenant] : undefined) ?? quotas.default;
