import { isUtf8 } from 'node:buffer';
import { BailiwickError } from '@bailiwick/platform';
import { z } from 'zod';

/**
 * Reads a body as JSON in UTF-8, strictly: `body-not-utf8`, `body-not-json`. The parser's own message quotes the
 * body, so it goes no further than here.
 */
export function readJson(body: Uint8Array): unknown {
  if (!isUtf8(body)) throw new BailiwickError('body-not-utf8', 'the body is not valid UTF-8');
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch {
    throw new BailiwickError('body-not-json', 'the body is not JSON');
  }
}

/** Names the member that is wrong, if it is one that the form has; its value, which could be anything, is not told. */
export function invalidMember(error: z.ZodError, known: readonly string[]): BailiwickError {
  const path = (error.issues[0]?.path ?? []).filter((part) => known.includes(String(part)));
  return new BailiwickError(
    'event-invalid',
    path.length > 0 ? `${path.join('.')} is missing or not valid` : 'the event has not the expected form',
  );
}

/** Parses a value by a CRM's form. Throws `event-invalid`, which names the member and not its value. */
export function parseAs<T>(form: z.ZodType<T>, value: unknown, known: readonly string[]): T {
  const parsed = form.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidMember(parsed.error, known);
}

/** A CRM's numeric or textual id of a record, a change or an account, as text. */
export const CrmId = z.union([z.int().nonnegative(), z.string().min(1).max(256)]).transform(String);

/** What every webhook about one object of a CRM says: the CRM's name of it, and the purpose's where that is another one. */
export const ABOUT = {
  /** The object as the CRM calls it; what is about others is passed over. */
  crmObject: z.string().min(1).max(128),
  /** The object as the purpose calls it; absent: the same. */
  object: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]{0,79}$/)
    .optional(),
};
