/**
 * The longest that a cell keeps what a tenant's records say, in days: on their way, where they were held or broke, and what lineage tells of
 * them, which is free of personal data. A profile that permits less is refused.
 */
export const LONGEST_KEPT_DAYS = { records: 7, held: 90, lineage: 365 } as const;
