import { z } from 'zod';
import { pathOf, type HttpAnswer, type HttpRequest } from '../crm-http.js';
import type { CrmAnswer, CrmWrite } from '../crm-writer.js';
import type { PresentRecord } from '../lost-update.js';
import { answerOf, plainCode, plainFields } from '../write-failure.js';
import { addressOf, type ObjectAddresses } from '../writer-connection.js';

/** How long to leave an org alone whose requests of the day are used up: it does not say when it has more. */
const QUOTA_WAIT_MS = 300_000;

/** What the resource of a record says. */
export type Said = Pick<HttpAnswer, 'status' | 'body'>;

/** One request of a composite, and what came of it. */
export interface Subrequest extends HttpRequest {
  readonly method: 'GET' | 'PATCH';
  /** Letters, digits and underscores, beginning with a letter. */
  readonly referenceId: string;
}

/** Where a write goes. */
export interface Target {
  readonly version: string;
  readonly addresses: ObjectAddresses;
}

/** The requests of a write: the change, and where it is compared also how the record is, for the case that it is not made. */
export function subrequestsOf(
  { object, recordId, fields, idempotencyKey }: CrmWrite,
  { version, addresses }: Target,
  since: Date | null,
): readonly Subrequest[] | null {
  const { name, key, create } = addressOf(addresses, object);
  const path = pathOf(
    'services',
    'data',
    `v${version}`,
    'sobjects',
    name,
    ...(key === null ? [] : [key]),
    recordId,
  );
  if (path === null) return null;
  const referenceId = `w${idempotencyKey.replaceAll(/[^A-Za-z0-9_]/g, '_')}`;
  const change: Subrequest = {
    method: 'PATCH',
    // Without it a record that was deleted would be made anew, from the few fields of an answer.
    path: key !== null && !create ? `${path}?updateOnly=true` : path,
    referenceId,
    body: fields,
    ...(since !== null && { headers: { 'If-Unmodified-Since': since.toUTCString() } }),
  };
  if (since === null) return [change];
  const wanted = [...Object.keys(fields), 'LastModifiedDate', 'LastModifiedById'];
  const read = `${path}?fields=${wanted.map(encodeURIComponent).join(',')}`;
  return [change, { method: 'GET', path: read, referenceId: `${referenceId}_now` }];
}

/** A composite would take `@{…}` in a value for a reference to another answer, and has no way to say that it is none. */
export const fitsComposite = (requests: readonly Subrequest[]): boolean =>
  !JSON.stringify(requests.map(({ path, body }) => [path, body ?? null])).includes('@{');

/** Body of `POST /composite`. One fails without the other: the record is read also when it is not changed. */
export const compositeOf = (requests: readonly Subrequest[]): object => ({
  allOrNone: false,
  compositeRequest: requests.map(({ method, path, referenceId, headers, body }) => ({
    method,
    url: path,
    referenceId,
    ...(headers && { httpHeaders: headers }),
    ...(body !== undefined && { body }),
  })),
});

const Composite = z.object({
  compositeResponse: z.array(
    z.object({ httpStatusCode: z.int(), referenceId: z.string(), body: z.unknown().optional() }),
  ),
});

/** What a composite says of a request; null when it says nothing. */
export function saidOf(composite: unknown, { referenceId }: Subrequest): Said | null {
  const answers = Composite.safeParse(composite).data?.compositeResponse ?? [];
  const found = answers.find((answer) => answer.referenceId === referenceId);
  return found ? { status: found.httpStatusCode, body: found.body } : null;
}

const Errors = z.array(
  z.object({ errorCode: z.unknown().optional(), fields: z.array(z.unknown()).catch([]) }),
);
const CODE = /^[A-Z][A-Z0-9_]{1,79}$/;

/**
 * What its error codes mean beyond their status.
 * https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm
 */
const MEANING: Readonly<Record<string, 'unauthorised' | 'quota' | 'again' | 'not-found'>> = {
  INVALID_SESSION_ID: 'unauthorised',
  REQUEST_LIMIT_EXCEEDED: 'quota',
  UNABLE_TO_LOCK_ROW: 'again',
  SERVER_UNAVAILABLE: 'again',
  QUERY_TIMEOUT: 'again',
  NOT_FOUND: 'not-found',
  ENTITY_IS_DELETED: 'not-found',
};

/** What came of a change; `limitInfo` is the header `Sforce-Limit-Info`. */
export function writeAnswer(
  { status, body }: Said,
  retryAfterMs: number | null,
  limitInfo: string | null,
): CrmAnswer {
  const errors = Errors.safeParse(body).data ?? [];
  const code = plainCode(errors[0]?.errorCode, CODE);
  switch (code !== null && Object.hasOwn(MEANING, code) ? MEANING[code] : undefined) {
    case 'unauthorised':
      return { kind: 'unauthorised', status };
    case 'quota':
      // The same code says that too many requests are under way, which passes in seconds.
      return {
        kind: 'unavailable',
        status,
        retryAfterMs: retryAfterMs ?? (hasQuotaLeft(limitInfo) ? null : QUOTA_WAIT_MS),
      };
    case 'again':
      return { kind: 'unavailable', status, retryAfterMs };
    case 'not-found':
      return { kind: 'not-found', status };
    case undefined:
      return answerOf(
        { status, retryAfterMs },
        { code, fields: plainFields(errors.flatMap(({ fields }) => fields)) },
      );
  }
}

function hasQuotaLeft(limitInfo: string | null): boolean {
  const [, used, most] = /(?:^|[ ,;])api-usage=(\d+)\/(\d+)/.exec(limitInfo ?? '') ?? [];
  return used !== undefined && most !== undefined && Number(used) < Number(most);
}

const Present = z.looseObject({ LastModifiedDate: z.string(), LastModifiedById: z.string() });

/** The record as it is, changed last by `ownUser` or by others; null when that cannot be read. */
export function presentRecord({ status, body }: Said, ownUser: string | null): PresentRecord | null {
  const fields = status === 200 ? Present.safeParse(body).data : undefined;
  if (!fields) return null;
  const changedAt = new Date(fields.LastModifiedDate.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  if (Number.isNaN(changedAt.getTime())) return null;
  // An id of 18 characters is one of 15 with a checksum.
  const own = ownUser !== null && fields.LastModifiedById.slice(0, 15) === ownUser.slice(0, 15);
  return { fields, changedAt, own };
}
