import { BailiwickError } from '@bailiwick/platform';
import { readJson } from '../crm-webhook-body.js';
import { headerOf, type WebhookDelivery } from '../crm-webhook-delivery.js';
import { sourceIdOf } from './cloud-event.js';

/** Gives one event as JSON; throws why it is none. */
export type FindEvent = () => unknown;

/** What a request carries: one event, or a batch. */
export type HttpEvents =
  | { readonly mode: 'single'; readonly find: FindEvent }
  | {
      readonly mode: 'batch';
      /** `id` is the producer's own, or null when it cannot be read. */
      readonly events: readonly { readonly id: string | null; readonly value: unknown }[];
    };

const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';
const JSON_TYPE = /^application\/([a-z0-9.-]+\+)?json$/;

const unsupported = (detail: string): BailiwickError =>
  new BailiwickError('content-type-unsupported', detail);

type Headers = Pick<WebhookDelivery, 'headers'>;

/** Media type of a request; a charset other than UTF-8 and any content coding are refused. */
function mediaTypeOf(request: Headers): string {
  if ((headerOf(request, 'content-encoding') ?? 'identity') !== 'identity')
    throw unsupported('a content coding is not taken');
  const [type = '', ...parameters] = (headerOf(request, 'content-type') ?? '').toLowerCase().split(';');
  const charset = parameters.map((text) => text.trim()).find((text) => text.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-8"?$/.test(charset))
    throw unsupported('the charset must be utf-8');
  return type.trim();
}

/** Attributes in `ce-` headers, percent-encoded where they are not plain ASCII. */
function attributesOf({ headers }: Headers): Record<string, unknown> {
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
export function findHttpEvents(request: Pick<WebhookDelivery, 'headers' | 'body'>): HttpEvents {
  const { body } = request;
  const type = mediaTypeOf(request);
  if (type === STRUCTURED) return { mode: 'single', find: () => readJson(body) };
  if (type === BATCH) {
    const values = readJson(body);
    if (!Array.isArray(values)) throw new BailiwickError('event-invalid', 'a batch is a JSON array');
    return { mode: 'batch', events: values.map((value: unknown) => ({ id: sourceIdOf(value), value })) };
  }
  if (headerOf(request, 'ce-specversion') === undefined)
    throw unsupported(`the content type is ${STRUCTURED} or ${BATCH}, or the headers carry ce- attributes`);
  if (!JSON_TYPE.test(type)) throw unsupported('the data of a binary event must be JSON');
  return { mode: 'single', find: () => ({ ...attributesOf(request), data: readJson(body) }) };
}
