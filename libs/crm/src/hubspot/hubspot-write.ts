import type { Json } from '@bailiwick/domain';
import { z } from 'zod';
import { pathOf, type HttpAnswer, type HttpRequest } from '../crm-http.js';
import type { CrmAnswer, CrmWrite } from '../crm-writer.js';
import type { PresentRecord } from '../lost-update.js';
import { answerOf, plainCode, plainFields } from '../write-failure.js';
import { addressOf, type ObjectAddresses } from '../writer-connection.js';

/** How long to leave an account alone whose limit is reached, by the limit's name; it does not always say so itself. */
const LIMIT_WAIT_MS: Readonly<Record<string, number>> = {
  // Until midnight of the account's time zone, which is not told.
  DAILY: 300_000,
  TEN_SECONDLY_ROLLING: 10_000,
  SECONDLY: 1000,
};
/** A record that a long operation has locked: two seconds, says the reference. */
const LOCKED_WAIT_MS = 2000;

/** Requests of a write: how the record is, and the change. */
export interface Requests {
  readonly read: HttpRequest;
  readonly change: HttpRequest;
}

/** https://developers.hubspot.com/docs/api-reference/crm-objects-v3/basic */
export function requestsOf(
  { object, recordId, fields }: Pick<CrmWrite, 'object' | 'recordId' | 'fields'>,
  addresses: ObjectAddresses,
): Requests | null {
  const { name, key } = addressOf(addresses, object);
  const path = pathOf('crm', 'v3', 'objects', name, recordId);
  if (path === null) return null;
  const idProperty: Record<string, string> = key === null ? {} : { idProperty: key };
  const names = Object.keys(fields).join(',');
  const told = new URLSearchParams({ ...idProperty, properties: names, propertiesWithHistory: names });
  const query = new URLSearchParams(idProperty).toString();
  return {
    read: { method: 'GET', path: `${path}?${told.toString()}` },
    change: {
      method: 'PATCH',
      path: query === '' ? path : `${path}?${query}`,
      body: { properties: propertiesOf(fields) },
    },
  };
}

/** Values as properties have them: all are texts, an empty one clears, and choices are joined by semicolons. */
export const propertiesOf = (fields: CrmWrite['fields']): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, property(value)]));

function property(value: Json): string {
  if (value === null) return '';
  if (Array.isArray(value)) return value.map(property).join(';');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const Problem = z.object({
  category: z.unknown().optional(),
  policyName: z.string().optional().catch(undefined),
  context: z
    .object({ propertyName: z.array(z.unknown()) })
    .optional()
    .catch(undefined),
  errors: z
    .array(
      z.object({
        context: z
          .object({ propertyName: z.array(z.unknown()) })
          .optional()
          .catch(undefined),
      }),
    )
    .catch([]),
});
const CODE = /^[A-Z][A-Z0-9_]{1,79}$/;

/** What came of a request. https://developers.hubspot.com/docs/api-reference/error-handling */
export function hubSpotAnswer({
  status,
  retryAfterMs,
  body,
}: Pick<HttpAnswer, 'status' | 'retryAfterMs' | 'body'>): CrmAnswer {
  const problem = Problem.safeParse(body).data;
  if (status === 429) {
    const policy = problem?.policyName ?? '';
    const named = Object.hasOwn(LIMIT_WAIT_MS, policy) ? LIMIT_WAIT_MS[policy] : undefined;
    return { kind: 'unavailable', status, retryAfterMs: retryAfterMs ?? named ?? null };
  }
  if (status === 423) return { kind: 'unavailable', status, retryAfterMs: retryAfterMs ?? LOCKED_WAIT_MS };
  // An account that is moved to another data centre, which can take a day.
  if (status === 477) return { kind: 'unavailable', status, retryAfterMs };
  const contexts = [problem?.context, ...(problem?.errors ?? []).map(({ context }) => context)];
  return answerOf(
    { status, retryAfterMs },
    {
      code: plainCode(problem?.category, CODE),
      fields: plainFields(contexts.flatMap((context) => context?.propertyName ?? [])),
    },
  );
}

const Version = z.object({ timestamp: z.iso.datetime(), sourceId: z.string().nullish() });
const Present = z.object({
  properties: z.record(z.string(), z.unknown()),
  propertiesWithHistory: z.record(z.string(), z.array(Version)),
});

/**
 * The record as it is, by the newest of the properties that are to be written: a change of any other is no conflict. Own is what
 * `ownSource` wrote. Null when it cannot be read.
 */
export function presentRecord(body: unknown, ownSource: string | null): PresentRecord | null {
  const present = Present.safeParse(body).data;
  if (!present) return null;
  const versions = Object.values(present.propertiesWithHistory).flat();
  const others = versions.filter(({ sourceId }) => ownSource === null || sourceId !== ownSource);
  const latest = Math.max(0, ...others.map(({ timestamp }) => Date.parse(timestamp)));
  return { fields: present.properties, changedAt: new Date(latest), own: false };
}
