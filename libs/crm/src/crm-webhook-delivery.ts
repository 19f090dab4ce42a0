import type { PassedOver } from './crm-source.js';

/** One delivery as it came. Nothing has been read of its body, which is what a signature is about. */
export interface WebhookDelivery {
  readonly method: string;
  /** Address that was called, `https://<host><path>?<query>`, exactly as it came. */
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

/** A header that may come once; undefined when it did not. */
export function headerOf({ headers }: Pick<WebhookDelivery, 'headers'>, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** One change that a CRM pushes. `recordId` and `fields` are personal data: they live in memory only. */
export interface PushedChange {
  /** The CRM's own id of the change, the same for every delivery of it. */
  readonly sourceId: string;
  /** Object as the purpose calls it. */
  readonly object: string;
  readonly recordId: string;
  /** What came of the record, not yet checked: for some CRMs all of it, for others the one property that changed. */
  readonly fields: unknown;
  /** When it happened, or null when the CRM does not say. */
  readonly occurredAt: Date | null;
  /** CloudEvents `source`, purpose and W3C trace context that the change itself names, or null. */
  readonly source: string | null;
  readonly purpose: string | null;
  readonly traceparent: string | null;
}

/** A change of a CRM whose protocol knows no source, purpose or trace. */
export const plainChange = (
  change: Pick<PushedChange, 'sourceId' | 'object' | 'recordId' | 'fields' | 'occurredAt'>,
): PushedChange => ({ ...change, source: null, purpose: null, traceparent: null });

/** A CRM says that a person is to be forgotten. `recordId` is personal data. */
export interface ErasureSignal {
  /** The CRM's own id of the signal, the same for every delivery of it. */
  readonly sourceId: string;
  readonly object: string;
  readonly recordId: string;
  readonly occurredAt: Date;
}

/** What a delivery says. */
export interface WebhookContent {
  /** In the order in which they stand. */
  readonly changes: readonly PushedChange[];
  /** Changes that came without the record, which the CRM is asked for: each gives null when it has none any more, and throws why it cannot. */
  readonly toFetch: readonly (() => Promise<PushedChange | null>)[];
  readonly erasures: readonly ErasureSignal[];
  readonly passed: readonly PassedOver[];
}

/** Asks a sender whether it may push here, before it does. https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md */
export interface WebhookConsent {
  /** Headers of the answer; none of them consents when the sender may not push, or is told later. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where to say yes later, and with which headers; null when the answer says it all. */
  readonly callback: { readonly url: string; readonly headers: Readonly<Record<string, string>> } | null;
}

/** How one CRM's deliveries are verified and read. Both are pure, and are done in this order. */
export interface WebhookProtocol {
  /** Throws `signature-invalid` or `signature-stale` unless one of the secrets made the delivery. `now` is in milliseconds. */
  readonly verify: (delivery: WebhookDelivery, secrets: readonly string[], now: number) => void;
  /** Reads a verified delivery. Throws what it is instead; nothing that is thrown quotes it. */
  readonly read: (delivery: WebhookDelivery) => WebhookContent;
  /** Answers who asks to push, where the protocol knows such a question. */
  readonly consent?: (delivery: WebhookDelivery) => WebhookConsent;
}

/** What comes of one change. */
export const oneChange = (change: PushedChange): WebhookContent => ({
  changes: [change],
  toFetch: [],
  erasures: [],
  passed: [],
});

/** What comes of a delivery that is passed over. */
export const passedOver = (reason: PassedOver): WebhookContent => ({
  changes: [],
  toFetch: [],
  erasures: [],
  passed: [reason],
});
