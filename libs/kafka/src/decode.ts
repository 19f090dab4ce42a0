import { fromHeaders, type CloudEvent, type EventType } from '@bailiwick/contracts';
import type { KafkaMessage } from 'kafkajs';
import type { RecordAttributes } from './stage.js';

/** A consumed record, or why it is none. */
export type Decoded<T> =
  | {
      readonly record: T;
      readonly event: CloudEvent;
      readonly attributes: RecordAttributes;
      readonly poison: null;
    }
  | { readonly event: CloudEvent | null; readonly attributes: RecordAttributes; readonly poison: string };

const UNKNOWN: RecordAttributes = { eventId: '', tenant: '', purpose: '', object: '', subject: '' };

/** Reads headers and value. A record that is not what the topic carries is poison, with a reason free of content. */
export function decode<T>(message: KafkaMessage, type: EventType<T>): Decoded<T> {
  const event = fromHeaders(message.headers);
  if ('missing' in event)
    return { event: null, attributes: UNKNOWN, poison: `header ${event.missing} is missing or malformed` };
  const known: RecordAttributes = {
    eventId: event.id,
    tenant: event.tenant,
    purpose: event.purpose,
    object: '',
    subject: event.subject,
  };
  if (event.type !== type.type) return { event, attributes: known, poison: `the type is not ${type.type}` };
  if (!message.value) return { event, attributes: known, poison: 'the value is empty' };
  try {
    const record = type.decode(message.value);
    return { record, event, attributes: attributesOf(record, known), poison: null };
  } catch {
    return { event, attributes: known, poison: `the value is not a ${type.type}` };
  }
}

/** The message's own names where it has them, otherwise those of its headers. */
function attributesOf(record: unknown, known: RecordAttributes): RecordAttributes {
  const members = record as Partial<Record<keyof RecordAttributes, unknown>>;
  const read = (name: keyof RecordAttributes): string => {
    const value = members[name];
    return typeof value === 'string' && value !== '' ? value : known[name];
  };
  return {
    eventId: read('eventId'),
    tenant: read('tenant'),
    purpose: read('purpose'),
    object: read('object'),
    subject: read('subject'),
  };
}
