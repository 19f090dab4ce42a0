import type { Json } from '@bailiwick/domain';

/** One write-back to a CRM record. `recordId` and the field values are personal data: they go into the request only. */
export interface CrmWrite {
  readonly tenant: string;
  /** CRM object, for example `Case`. */
  readonly object: string;
  /** The CRM's own record id. */
  readonly recordId: string;
  /** The CRM's own access token, lent for this write; it goes into the request only. */
  readonly credential: { readonly reveal: () => string };
  /** New values by field name; fields that are not named stay as they are. */
  readonly fields: Readonly<Record<string, Json>>;
  /** The same for every attempt of the same write; its effect is one. */
  readonly idempotencyKey: string;
  /**
   * As of when the record was looked at: where the connection compares (`unmodifiedSince`), a later change by others is a
   * conflict. Null asks for no comparison.
   */
  readonly unmodifiedSince: Date | null;
  /** W3C trace context, or null. */
  readonly traceparent: string | null;
  readonly signal: AbortSignal;
}

/** What became of a write. Values, because each of them is a normal ending; none quotes what the CRM said. */
export type CrmAnswer =
  /** Done, now or by an earlier attempt. */
  | { readonly kind: 'written'; readonly status: number }
  /**
   * Not now: no connection, no answer in time, too many requests or a failure of the CRM. Worth repeating, and not before
   * `retryAfterMs` where the CRM says so or its daily quota is used up.
   */
  | { readonly kind: 'unavailable'; readonly status: number | null; readonly retryAfterMs: number | null }
  /** The CRM takes the credential no more: it has expired or was ended there. Nothing was written. */
  | { readonly kind: 'unauthorised'; readonly status: number }
  /** The CRM has no such record. */
  | { readonly kind: 'not-found'; readonly status: number }
  /** Somebody changed the record after `unmodifiedSince`. Nothing was written. */
  | { readonly kind: 'conflict'; readonly status: number }
  /**
   * The CRM will not take it however often it is sent. `code` is its code when it is a plain word, `fields` are names of the
   * fields that it objects to. `status` is null for what was not sent at all.
   */
  | {
      readonly kind: 'refused';
      readonly status: number | null;
      readonly code: string | null;
      readonly fields: readonly string[];
    };

/** Writes to one CRM connection. */
export interface CrmWriter {
  /** What a write is called in a trace, for example `PATCH /crm/{tenant}/…`: a template without values. */
  readonly operation: string;
  /** Never throws for what the CRM or the network does. */
  readonly write: (write: CrmWrite) => Promise<CrmAnswer>;
  readonly close: () => Promise<void>;
}
