import { z } from 'zod';
import { parseAs } from '../crm-webhook-body.js';
import type { PushedChange } from '../crm-webhook-delivery.js';

const identifier = z
  .string()
  .min(1)
  .max(512)
  .refine((text) => text.isWellFormed());

/**
 * Members that every way in has in common. `source` is written into messages and so has no `@`: a URI reference
 * without user information. https://www.rfc-editor.org/rfc/rfc3986#section-2
 */
export const EVENT_MEMBERS = {
  source: z.string().regex(/^[A-Za-z0-9._~:/?#[\]!$&'()*+,;=%-]{1,256}$/),
  sourceId: identifier,
  purpose: z.string().regex(/^[a-z][a-z0-9-]{1,60}$/),
  object: z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,79}$/),
  recordId: identifier,
};

/**
 * A CRM change as a CloudEvent 1.0 in JSON: `subject` is the CRM's record id, `data` holds the object's name and its
 * fields, `purpose` and `traceparent` are extension attributes. Other extension attributes are permitted and unused.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 */
const CloudEventJson = z.looseObject({
  specversion: z.literal('1.0'),
  id: EVENT_MEMBERS.sourceId,
  source: EVENT_MEMBERS.source,
  type: z.string().min(1).max(256),
  subject: EVENT_MEMBERS.recordId,
  time: z.iso.datetime({ offset: true }).optional(),
  datacontenttype: z
    .string()
    .regex(/^application\/(.+\+)?json(;.*)?$/i)
    .optional(),
  purpose: EVENT_MEMBERS.purpose.optional(),
  traceparent: z.string().max(100).optional(),
  data: z.strictObject({ object: EVENT_MEMBERS.object, fields: z.unknown() }),
});
const MEMBERS = [...Object.keys(CloudEventJson.shape), 'object', 'fields'];

/** Reads one CloudEvent. Throws `event-invalid`. */
export function readCloudEvent(value: unknown): PushedChange & { readonly source: string } {
  const event = parseAs(CloudEventJson, value, MEMBERS);
  return {
    source: event.source,
    sourceId: event.id,
    purpose: event.purpose ?? null,
    object: event.data.object,
    recordId: event.subject,
    fields: event.data.fields,
    occurredAt: event.time === undefined ? null : new Date(event.time),
    traceparent: event.traceparent ?? null,
  };
}

/** The producer's own id of an event that may be malformed otherwise, to answer it in a batch; null when it has none. */
export function sourceIdOf(value: unknown): string | null {
  const id = z.object({ id: EVENT_MEMBERS.sourceId }).safeParse(value);
  return id.success ? id.data.id : null;
}
