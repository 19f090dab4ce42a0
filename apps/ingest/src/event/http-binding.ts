import type { IncomingHttpHeaders } from 'node:http';
import { BailiwickError } from '@bailiwick/platform';
import { readCloudEvent, sourceIdOf } from './cloud-event.js';
import type { CrmEvent } from './crm-event.js';
import { readJson } from './read-json.js';

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

const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';
const JSON_TYPE = /^application\/([a-z0-9.-]+\+)?json$/;

const unsupported = (detail: string): BailiwickError =>
  new BailiwickError('content-type-unsupported', detail);

/** Media type of a request; a charset other than UTF-8 and any content coding are refused. */
function mediaTypeOf(headers: IncomingHttpHeaders): string {
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity')
    throw unsupported('a content coding is not taken');
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = parameters.map((text) => text.trim()).find((text) => text.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-8"?$/.test(charset))
    throw unsupported('the charset must be utf-8');
  return type.trim();
}

/** Attributes in `ce-` headers, percent-encoded where they are not plain ASCII. */
function attributesOf(headers: IncomingHttpHeaders): Record<string, unknown> {
  const attributes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith('ce-') || typeof value !== 'string') continue;
    try {
      attributes[name.slice(3)] = decodeURIComponent(value);
    } catch {
      throw new BailiwickError('event-invalid', 'a ce- header is not percent-encoded UTF-8');
    }
  }
  return attributes;
}

/**
 * Finds the events of a request in structured, binary or batch mode. Throws what concerns the request as a whole:
 * `content-type-unsupported`, and for a batch that is none `body-not-utf8`, `body-not-json` or `event-invalid`.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
 */
export function readHttpEvents(headers: IncomingHttpHeaders, body: Uint8Array): HttpEvents {
  const type = mediaTypeOf(headers);
  if (type === STRUCTURED) return { mode: 'single', read: () => readCloudEvent(readJson(body)) };
  if (type === BATCH) {
    const values = readJson(body);
    if (!Array.isArray(values)) throw new BailiwickError('event-invalid', 'a batch is a JSON array');
    const events = values.map((value: unknown) => ({
      id: sourceIdOf(value),
      read: () => readCloudEvent(value),
    }));
    return { mode: 'batch', events };
  }
  if (headers['ce-specversion'] === undefined)
    throw unsupported(`the content type is ${STRUCTURED} or ${BATCH}, or the headers carry ce- attributes`);
  if (!JSON_TYPE.test(type)) throw unsupported('the data of a binary event must be JSON');
  return { mode: 'single', read: () => readCloudEvent({ ...attributesOf(headers), data: readJson(body) }) };
}
