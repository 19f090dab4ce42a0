import { Sensitive } from '@bailiwick/custody';
import { BailiwickError } from '@bailiwick/platform';
import { z } from 'zod';

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

/** Names the member that is wrong; its value, which could be anything, is not told. */
export function invalidMember(error: z.ZodError, known: readonly string[]): BailiwickError {
  const path = (error.issues[0]?.path ?? []).filter((part) => known.includes(String(part)));
  return new BailiwickError(
    'event-invalid',
    path.length > 0 ? `${path.join('.')} is missing or not valid` : 'the event has not the expected form',
  );
}
