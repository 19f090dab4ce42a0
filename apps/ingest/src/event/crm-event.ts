import { EVENT_MEMBERS, type PushedChange } from '@bailiwick/crm';
import { Sensitive } from '@bailiwick/custody';
import { BailiwickError } from '@bailiwick/platform';
import { checkFields } from './record-fields.js';

/** One change of a CRM record as a producer sent it. It lives in memory only. */
export interface CrmEvent {
  /** CloudEvents source: a URI reference without personal data. */
  readonly source: string;
  /** The source's own id of the event. */
  readonly sourceId: Sensitive<string>;
  /** Purpose that the event names, or null. */
  readonly purpose: string | null;
  /** CRM object, for example `Case`. */
  readonly object: string;
  readonly recordId: Sensitive<string>;
  /** The fields as a JSON object in UTF-8. */
  readonly fieldsJson: Sensitive<Buffer>;
  /** When it happened, or null when the producer does not say. */
  readonly occurredAt: Date | null;
  /** W3C trace context of the event itself (CloudEvents distributed tracing extension), or null. */
  readonly traceparent: string | null;
}

/**
 * Makes an event of a pushed change, its personal values wrapped and its fields checked. Throws `event-invalid`, `event-empty`, and
 * `scope-insufficient` when it names another source than the registered one.
 */
export function crmEventOf(change: PushedChange, source: string): CrmEvent {
  if (change.source !== null && change.source !== source)
    throw new BailiwickError('scope-insufficient', 'the webhook is registered for another source');
  for (const id of ['sourceId', 'recordId'] as const)
    if (!EVENT_MEMBERS[id].safeParse(change[id]).success)
      throw new BailiwickError('event-invalid', `${id} is missing or not valid`);
  const fields = checkFields(change.fields);
  return {
    source,
    sourceId: new Sensitive(change.sourceId),
    purpose: change.purpose,
    object: change.object,
    recordId: new Sensitive(change.recordId),
    fieldsJson: new Sensitive(Buffer.from(JSON.stringify(fields))),
    occurredAt: change.occurredAt,
    traceparent: change.traceparent,
  };
}

/** How far the clock of a producer may be ahead, in milliseconds. */
export const MAX_SKEW_MS = 5 * 60_000;

/** The time of an event; the time of its arrival when it names none. Throws `event-time-skewed`. */
export function timeOf({ occurredAt }: Pick<CrmEvent, 'occurredAt'>, now: Date): Date {
  if (occurredAt === null) return now;
  if (!(occurredAt.getTime() >= 0)) throw new BailiwickError('event-invalid', 'the time lies before 1970');
  if (occurredAt.getTime() > now.getTime() + MAX_SKEW_MS)
    throw new BailiwickError(
      'event-time-skewed',
      'the time lies more than five minutes in the future; check the clock of the producer',
    );
  return occurredAt;
}
