import type { Json } from '@bailiwick/domain';

/** One change of a CRM record. `recordId` and the field values are personal data: they live in memory only. */
export interface CrmChange {
  /** The CRM's own id of the change, the same for every delivery of it. */
  readonly sourceId: string;
  /** CRM object, for example `Case`. */
  readonly object: string;
  readonly recordId: string;
  /** Fields that the change names, with their new values; a field that is not named did not change. */
  readonly fields: Readonly<Record<string, Json>>;
  readonly occurredAt: Date;
}

/** Why something of a CRM's stream is passed over: it is no change that a purpose could be about. */
export type PassedOver = 'own-write-back' | 'deleted' | 'other-object' | 'no-fields';

/** What a source hands out: some changes, and the cursor after them. Both are written together or not at all. */
export interface CrmDelivery {
  /** Where to go on after these changes; opaque to everyone but the source. */
  readonly cursor: string;
  /** In the order in which the CRM made them. */
  readonly changes: readonly CrmChange[];
  readonly passed: readonly PassedOver[];
}

/** How a source stands, for those who watch it. */
export type SourceState =
  /** Follows the CRM. */
  | 'streaming'
  /** A gap was declared, and records are read through the CRM's query interface. */
  | 'reconciling'
  /** Waits, and will try again by itself. */
  | 'waiting'
  /** Will not go on before somebody changes something: the CRM refused it for good. */
  | 'stopped';

/** What a source tells while it works; none of it holds content. */
export interface SourceEvents {
  /** It stands otherwise now; `reason` is a code. */
  readonly state: (state: SourceState, reason: string) => void;
  /** Changes may be missing from the stream; they are read by a reconciliation. */
  readonly gap: (reason: string) => void;
  /** Share of the CRM's daily delivery allocation that is left, 0 to 1. */
  readonly allocation: (left: number) => void;
}

/** Follows one stream of one CRM from a cursor. */
export interface CrmSource {
  /**
   * Reads on after the cursor, or everything that the CRM still has. Nothing is asked of the CRM beyond a bound before
   * the deliveries before it are taken. Ends when aborted; throws `crm-unavailable` for what passes by itself.
   */
  readonly pull: (cursor: string | null, signal: AbortSignal) => AsyncIterable<CrmDelivery>;
  readonly close: () => Promise<void>;
}
