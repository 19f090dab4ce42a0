import type { Pool, Purpose, ResidencyProfile, TenantPolicy } from '@bailiwick/domain';

/** A record as its labels describe it. */
export interface DescribedRecord {
  readonly tenant: string;
  /** Highest sensitivity after minimisation, as received: it may be no label that we know. */
  readonly highestSensitivity: string;
  /** Categories after minimisation, as received. */
  readonly categories: readonly string[];
  /** Version of the purpose for which the record was minimised. */
  readonly purposeVersion: number;
  /** Where the record lies. */
  readonly atRegion: string;
  readonly atJurisdiction: string;
  /** Whose law the data subject is under, where the tenant's mapping gives it, for example by a contact's country. */
  readonly subjectJurisdiction?: string | undefined;
}

/** Everything that a decision depends on. Time is part of it, so the same input always decides the same. */
export interface DecisionInput {
  readonly profile: ResidencyProfile | undefined;
  readonly purpose:
    | (Pick<Purpose, 'tenant' | 'version' | 'model'> & Partial<Pick<Purpose, 'id'>>)
    | undefined;
  /** What the tenant forbids beyond its contract; absent means nothing. */
  readonly policy?: TenantPolicy | undefined;
  readonly record: DescribedRecord;
  /** Inventory of pools in all cells, in any order. */
  readonly pools: readonly Pool[];
  /** Milliseconds since the control topics were last confirmed. */
  readonly controlAgeMs: number;
  /** Age in milliseconds from which nothing is decided. */
  readonly staleAfterMs: number;
  /** Time of the decision, in milliseconds since the epoch; policies see it to the minute. */
  readonly now?: number | undefined;
  /** Chooses among pools that are equally good, for example a hash of the event id; absent means the first by id. */
  readonly spread?: number;
}
