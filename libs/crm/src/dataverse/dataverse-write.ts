import { z } from 'zod';
import { pathOf, type HttpAnswer, type HttpRequest } from '../crm-http.js';
import type { CrmAnswer, CrmWrite } from '../crm-writer.js';
import type { PresentRecord } from '../lost-update.js';
import { answerOf, plainCode, plainFields } from '../write-failure.js';
import { addressOf, type ObjectAddresses } from '../writer-connection.js';

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const HEADERS = { 'odata-version': '4.0', 'odata-maxversion': '4.0' };
/** Columns that every table has of its last change. */
const CHANGED = ['modifiedon', '_modifiedby_value'];

/** Where a write goes. */
export interface Target {
  readonly version: string;
  readonly addresses: ObjectAddresses;
}

/** The request that reads what a change would meet; null for an id that is none. */
export function readOf(
  write: Pick<CrmWrite, 'object' | 'recordId' | 'fields'>,
  target: Target,
): HttpRequest | null {
  const path = rowOf(write, target);
  const columns = [...Object.keys(write.fields), ...CHANGED].join(',');
  return path === null
    ? null
    : { method: 'GET', path: `${path}?$select=${encodeURIComponent(columns)}`, headers: HEADERS };
}

/** The change, of a row that is as `etag` says; null for an id that is none. */
export function changeOf(
  write: Pick<CrmWrite, 'object' | 'recordId' | 'fields'>,
  target: Target,
  etag: string | null,
): HttpRequest | null {
  const path = rowOf(write, target);
  const { create } = addressOf(target.addresses, write.object);
  // Any version that there is: without the condition a row that was deleted would be made anew.
  const version = etag ?? (create ? null : '*');
  return path === null
    ? null
    : {
        method: 'PATCH',
        path,
        headers: { ...HEADERS, ...(version !== null && { 'if-match': version }) },
        body: write.fields,
      };
}

/** A row by its id, or by an alternate key, in which a quote is written twice. */
function rowOf(
  { object, recordId }: Pick<CrmWrite, 'object' | 'recordId'>,
  { version, addresses }: Target,
): string | null {
  const { name, key } = addressOf(addresses, object);
  const set = pathOf('api', 'data', `v${version}`, name);
  if (set === null || !recordId.isWellFormed()) return null;
  if (key === null) return GUID.test(recordId) ? `${set}(${recordId})` : null;
  return `${set}(${key}='${encodeURIComponent(recordId.replaceAll("'", "''")).replaceAll("'", '%27')}')`;
}

const Problem = z.object({
  error: z.object({ code: z.unknown().optional(), message: z.unknown().optional() }),
});
const CODE = /^0x[0-9a-f]{8}$/i;

/** https://learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes */
const MEANING: Readonly<Record<string, 'again' | 'not-found' | 'refused'>> = {
  // Requests, time of their execution and their number at once, over five minutes.
  '0x80072322': 'again',
  '0x80072321': 'again',
  '0x80072326': 'again',
  // Its database did not answer in time.
  '0x80044151': 'again',
  // There is no such row, by its id or by a key.
  '0x80040217': 'not-found',
  '0x80060891': 'not-found',
  // There is no such table.
  '0x8006088a': 'refused',
  // Another row has these values of a key, or is a duplicate by a rule: 412 without any condition.
  '0x80060892': 'refused',
  '0x80040237': 'refused',
  '0x80040333': 'refused',
};

/** What came of a request that was about these columns. */
export function dataverseAnswer(
  { status, retryAfterMs, body }: Pick<HttpAnswer, 'status' | 'retryAfterMs' | 'body'>,
  columns: readonly string[],
): CrmAnswer {
  const error = Problem.safeParse(body).data?.error;
  const code = plainCode(error?.code, CODE)?.toLowerCase() ?? null;
  switch (code !== null && Object.hasOwn(MEANING, code) ? MEANING[code] : undefined) {
    case 'again':
      return { kind: 'unavailable', status, retryAfterMs };
    case 'not-found':
      return { kind: 'not-found', status };
    case 'refused':
      return { kind: 'refused', status, code, fields: [] };
    case undefined:
      return answerOf({ status, retryAfterMs }, { code, fields: namedIn(error?.message, columns) });
  }
}

/** It names a column in its sentence only, in quotes: those of ours that are there. */
const namedIn = (message: unknown, columns: readonly string[]): readonly string[] =>
  typeof message === 'string' ? plainFields(columns.filter((name) => message.includes(`'${name}'`))) : [];

const Present = z.looseObject({
  '@odata.etag': z.string().min(1).max(200),
  modifiedon: z.iso.datetime(),
  _modifiedby_value: z.string().nullish(),
});

/** The row as it is, with its version; null when it cannot be read. */
export function presentRow(
  body: unknown,
  ownUser: string | null,
): { readonly etag: string; readonly record: PresentRecord } | null {
  const fields = Present.safeParse(body).data;
  if (!fields) return null;
  const own = ownUser !== null && fields._modifiedby_value?.toLowerCase() === ownUser.toLowerCase();
  return { etag: fields['@odata.etag'], record: { fields, changedAt: new Date(fields.modifiedon), own } };
}
