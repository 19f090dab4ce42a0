import { Sensitive } from '@bailiwick/custody';
import { z } from 'zod';
import { EVENT_MEMBERS, invalidMember, type CrmEvent } from './crm-event.js';
import { checkFields } from './record-fields.js';

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

/** Reads one CloudEvent. Throws `event-invalid` or `event-empty`. */
export function readCloudEvent(value: unknown): CrmEvent {
  const parsed = CloudEventJson.safeParse(value);
  if (!parsed.success) throw invalidMember(parsed.error, MEMBERS);
  const event = parsed.data;
  const fields = checkFields(event.data.fields);
  return {
    source: event.source,
    sourceId: new Sensitive(event.id),
    purpose: event.purpose ?? null,
    object: event.data.object,
    recordId: new Sensitive(event.subject),
    fieldsJson: new Sensitive(Buffer.from(JSON.stringify(fields))),
    occurredAt: event.time === undefined ? null : new Date(event.time),
    traceparent: event.traceparent ?? null,
  };
}

/** The producer's own id of an event that may be malformed otherwise, to answer it in a batch; null when it has none. */
export function sourceIdOf(value: unknown): string | null {
  const id = z.object({ id: EVENT_MEMBERS.sourceId }).safeParse(value);
  return id.success ? id.data.id : null;
}
