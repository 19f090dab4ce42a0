import { z } from 'zod';
import type { CrmAnswer } from './crm-writer.js';
import type { HttpAnswer } from './crm-http.js';

/** What a CRM says of a write that it did not do, in words that quote no record. */
export interface Failure {
  readonly code: string | null;
  readonly fields: readonly string[];
}

const FIELD = /^[A-Za-z][A-Za-z0-9_]{0,79}$/;
const MOST_FIELDS = 20;

/** Of what a CRM gives as names of fields: those that are plain identifiers. */
export const plainFields = (given: readonly unknown[]): readonly string[] =>
  [...new Set(given.filter((name): name is string => typeof name === 'string' && FIELD.test(name)))].slice(
    0,
    MOST_FIELDS,
  );

/** A code that a CRM gives, when it looks as its codes do. */
export const plainCode = (given: unknown, form: RegExp): string | null =>
  z.string().regex(form).safeParse(given).data ?? null;

/** No answer came. */
export const UNANSWERED: CrmAnswer = { kind: 'unavailable', status: null, retryAfterMs: null };

/** The write was not sent, because it is known beforehand that it must not be. */
export const notSent = (code: string, fields: readonly string[] = []): CrmAnswer => ({
  kind: 'refused',
  status: null,
  code,
  fields: plainFields(fields),
});

/** The record is told in a form that nobody here can read, so it cannot be compared. */
export const unreadable = (status: number): CrmAnswer => ({
  kind: 'refused',
  status,
  code: 'record-unreadable',
  fields: [],
});

/** The meaning that HTTP gives to a status, for whatever a CRM's own codes do not say better. */
export function answerOf(
  { status, retryAfterMs }: Pick<HttpAnswer, 'status' | 'retryAfterMs'>,
  { code, fields }: Failure,
): CrmAnswer {
  if (status >= 200 && status < 300) return { kind: 'written', status };
  if (status >= 500 || status === 408 || status === 425 || status === 429)
    return { kind: 'unavailable', status, retryAfterMs };
  if (status === 401) return { kind: 'unauthorised', status };
  if (status === 404 || status === 410) return { kind: 'not-found', status };
  if (status === 412) return { kind: 'conflict', status };
  return { kind: 'refused', status, code, fields };
}
