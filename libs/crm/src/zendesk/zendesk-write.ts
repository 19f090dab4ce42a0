import { z } from 'zod';
import { pathOf, type HttpAnswer, type HttpRequest } from '../crm-http.js';
import type { CrmAnswer, CrmWrite } from '../crm-writer.js';
import type { PresentRecord } from '../lost-update.js';
import { answerOf, plainCode, plainFields } from '../write-failure.js';

/**
 * Fields of a ticket that take a value as it is, the same for the second time as for the first. A comment is none of them: it is
 * added again by each repetition. What is not known here would be ignored there, and be taken for written.
 * https://developer.zendesk.com/api-reference/ticketing/tickets/tickets
 */
const FIELDS = new Set([
  'subject',
  'type',
  'priority',
  'status',
  'custom_status_id',
  'assignee_id',
  'group_id',
  'organization_id',
  'problem_id',
  'external_id',
  'due_at',
  'tags',
]);

/** Ids of an account's custom fields, by the names that purposes give them. */
export type CustomFields = Readonly<Record<string, number>>;

/** Names of fields that cannot be written. */
export const unwritable = (fields: CrmWrite['fields'], custom: CustomFields): readonly string[] =>
  Object.keys(fields).filter((name) => !FIELDS.has(name) && !Object.hasOwn(custom, name));

/** Address of a ticket; null for an id that is none. */
export const ticketOf = (recordId: string): string | null =>
  /^\d{1,19}$/.test(recordId) ? pathOf('api', 'v2', 'tickets', recordId) : null;

/** The change of a ticket; of one that stands as it did at `stamp`, unless that is null. */
export function changeOf(
  path: string,
  fields: CrmWrite['fields'],
  custom: CustomFields,
  stamp: string | null,
): HttpRequest {
  const entries = Object.entries(fields).map(([name, value]) => ({
    name,
    value,
    id: Object.hasOwn(custom, name) ? custom[name] : undefined,
  }));
  const system = entries
    .filter(({ id }) => id === undefined)
    .map(({ name, value }) => [name, value] as const);
  const customFields = entries.flatMap(({ id, value }) => (id === undefined ? [] : [{ id, value }]));
  const ticket = {
    ...Object.fromEntries(system),
    ...(customFields.length > 0 && { custom_fields: customFields }),
    ...(stamp !== null && { safe_update: true, updated_stamp: stamp }),
  };
  return { method: 'PUT', path: `${path}.json`, body: { ticket } };
}

const Problem = z.object({ error: z.unknown().optional(), details: z.unknown().optional() });
/** Its codes are words, as `RecordInvalid`. */
const CODE = /^[A-Z][A-Za-z]{1,60}$/;

/** What came of a change; `conditional` when it named a stamp. */
export function zendeskAnswer(
  { status, retryAfterMs, body }: Pick<HttpAnswer, 'status' | 'retryAfterMs' | 'body'>,
  conditional: boolean,
): CrmAnswer {
  // Without a stamp it is two changes that met in its database.
  if (status === 409)
    return conditional ? { kind: 'conflict', status } : { kind: 'unavailable', status, retryAfterMs };
  const problem = Problem.safeParse(body).data;
  const code = plainCode(problem?.error, CODE);
  // It is the resource that is not there, and not the ticket.
  if (code === 'InvalidEndpoint') return { kind: 'refused', status, code, fields: [] };
  const details = z.record(z.string(), z.unknown()).safeParse(problem?.details).data ?? {};
  return answerOf({ status, retryAfterMs }, { code, fields: plainFields(Object.keys(details)) });
}

const Present = z.object({
  ticket: z.looseObject({
    updated_at: z.iso.datetime(),
    custom_fields: z.array(z.object({ id: z.number(), value: z.unknown().optional() })).catch([]),
  }),
});

/** The ticket as it is, with the stamp of it; null when it cannot be read. */
export function presentTicket(
  body: unknown,
  custom: CustomFields,
): { readonly stamp: string; readonly record: PresentRecord } | null {
  const ticket = Present.safeParse(body).data?.ticket;
  if (!ticket) return null;
  const values = new Map(ticket.custom_fields.map(({ id, value }) => [id, value]));
  const named = Object.entries(custom).map(([name, id]): [string, unknown] => [name, values.get(id)]);
  const fields = { ...ticket, ...Object.fromEntries(named) };
  return { stamp: ticket.updated_at, record: { fields, changedAt: new Date(ticket.updated_at), own: false } };
}

const Audits = z.object({
  audits: z.array(z.object({ author_id: z.number(), created_at: z.iso.datetime() })),
});

/**
 * Whether all that changed a ticket since then was done by this user, by a page of its audits: only when that reaches from before then
 * to the ticket's last change.
 */
export function isOwn(
  body: unknown,
  { ownUser, since, changedAt }: { readonly ownUser: number; readonly since: Date; readonly changedAt: Date },
): boolean {
  const audits = (Audits.safeParse(body).data?.audits ?? []).map(({ author_id: author, created_at: at }) => ({
    author,
    at: Date.parse(at),
  }));
  // Times are told to the second.
  const later = audits.filter(({ at }) => at > since.getTime() - 1000);
  const reaches = later.length < audits.length && later.some(({ at }) => at > changedAt.getTime() - 1000);
  return reaches && later.every(({ author }) => author === ownUser);
}
