import { findHttpEvents, readCloudEvent, type WebhookDelivery } from '@bailiwick/crm';
import { crmEventOf, type CrmEvent } from './crm-event.js';

/** Reads one event; throws why it is none. */
export type ReadEvent = () => CrmEvent;

/** What a request carries: one event, or a batch whose events are answered one by one. */
export type HttpEvents =
  | { readonly mode: 'single'; readonly read: ReadEvent }
  | {
      readonly mode: 'batch';
      /** `id` is the producer's own, or null when it cannot be read. */
      readonly events: readonly { readonly id: string | null; readonly read: ReadEvent }[];
    };

const read = (value: unknown): CrmEvent => {
  const change = readCloudEvent(value);
  return crmEventOf(change, change.source);
};

/** Finds the events of a request in structured, binary or batch mode. Throws what concerns the request as a whole. */
export function readHttpEvents(headers: WebhookDelivery['headers'], body: Uint8Array): HttpEvents {
  const found = findHttpEvents({ headers, body });
  if (found.mode === 'single') return { mode: 'single', read: () => read(found.find()) };
  return { mode: 'batch', events: found.events.map(({ id, value }) => ({ id, read: () => read(value) })) };
}
