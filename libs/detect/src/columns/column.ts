import type { Category, Regulation, Sensitivity } from '@bailiwick/domain';

/** A field of a CRM object as the CRM's own metadata describes it, whatever the CRM. */
export interface Column {
  /** The name that records carry. */
  readonly name: string;
  /** What people see; the name when the CRM gives none. */
  readonly label: string;
  readonly kind: ColumnKind;
  /** What the CRM says of it; those that Bailiwick does not know are kept, because they must not be overlooked. */
  readonly sensitivity: Sensitivity | 'unknown' | null;
  readonly regulations: readonly Regulation[];
  /** Names of compliance groups that Bailiwick does not know. */
  readonly unknownGroups: readonly string[];
}

/** What a column's type says about its values. */
export type ColumnKind =
  | 'email'
  | 'phone'
  | 'address'
  | 'person-name'
  | 'url'
  | 'date'
  | 'text'
  | 'long-text'
  | 'choice'
  | 'number'
  | 'reference';

/** An object of a CRM. */
export interface CrmObject {
  readonly name: string;
  readonly columns: readonly Column[];
}

/** What a column probably is, for a person to review. */
export interface ColumnProposal {
  readonly name: string;
  readonly category: Category;
  readonly sensitivity: Sensitivity;
  readonly regulations: readonly Regulation[];
  /** Entity that its values are; null when they are none. */
  readonly entity: string | null;
  /** How sure, from 0 to 1. */
  readonly confidence: number;
  /** What it rests on, in words without any value. */
  readonly reasons: readonly string[];
}
