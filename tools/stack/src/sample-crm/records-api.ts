import { randomBytes, randomUUID } from 'node:crypto';
import { JsonObject } from '@bailiwick/domain';
import { z } from 'zod';
import type { CrmStore } from './crm-store.js';
import type { SampleOrg } from './pubsub-org.js';

/** Status and JSON of an answer; null where there is no body. */
export type RecordsAnswer = readonly [status: number, body: unknown];

/** One request for a record, alone or in a composite. */
export interface RecordsRequest {
  readonly method: string;
  /** Path with its query. */
  readonly url: string;
  /** `If-Unmodified-Since`, or null. */
  readonly unmodifiedSince: string | null;
  readonly body?: unknown;
  /** By what name a composite calls it, or null. */
  readonly referenceId: string | null;
}

/** How the records of an org are served. */
export interface RecordsOptions {
  readonly org: SampleOrg;
  /** Keeps what was written, for those who read it. */
  readonly store: CrmStore;
  /** Whether a case that the org has not met is taken for one of its own: tenants send some to ingest that no org has. */
  readonly makesCases: boolean;
}

const ROW = /^\/services\/data\/v\d{2,3}\.0\/sobjects\/([^/]+)\/([^/]+)(?:\/([^/]+))?$/;
const Composite = z.object({
  allOrNone: z.boolean().default(false),
  compositeRequest: z
    .array(
      z.object({
        method: z.enum(['GET', 'PATCH']),
        url: z.string(),
        referenceId: z.string().regex(/^[A-Za-z]\w*$/),
        httpHeaders: z.record(z.string(), z.string()).default({}),
        body: z.unknown().optional(),
      }),
    )
    .min(1)
    .max(25),
});

const failed = (status: number, errorCode: string, message: string): RecordsAnswer => [
  status,
  [{ message, errorCode, fields: [] }],
];

interface Found {
  readonly id: string;
  /** Milliseconds since the epoch, to the second as the vendor tells them. */
  readonly modifiedAt: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * The cases of an org by the vendor's REST interface: one record by its id or an external id, and composites of such requests. A
 * development tool: it knows no fields, so it refuses none.
 */
export class RecordsApi {
  constructor(private readonly options: RecordsOptions) {}

  /** `POST …/composite`, by a client of this name. */
  composite(body: unknown, client: string): RecordsAnswer {
    const composite = Composite.safeParse(body).data;
    if (!composite) return failed(400, 'JSON_PARSER_ERROR', 'not a composite request');
    const compositeResponse = composite.compositeRequest.map(({ httpHeaders, ...request }) => {
      const headers = new Headers(httpHeaders);
      const [httpStatusCode, answered] = this.row(
        { ...request, unmodifiedSince: headers.get('if-unmodified-since') },
        client,
      );
      return { body: answered, httpHeaders: {}, httpStatusCode, referenceId: request.referenceId };
    });
    return [200, { compositeResponse }];
  }

  /** One record, read or changed by a client of this name. */
  row(request: RecordsRequest, client: string): RecordsAnswer {
    const { pathname, searchParams } = new URL(request.url, 'https://crm');
    const [object, first, second] = ROW.exec(pathname)?.slice(1).map(decoded) ?? [];
    if (object !== 'Case' || first === undefined)
      return failed(404, 'NOT_FOUND', 'The requested resource does not exist');
    const [key, value] = second === undefined ? [null, first] : [first, second];
    const found = this.#find(key, value);
    if (found.length > 1) return [300, found.map(({ id }) => `${pathname}/${id}`)];
    const [present] = found;
    switch (request.method) {
      case 'GET':
        return present
          ? this.#read(present, searchParams.get('fields'))
          : failed(404, 'NOT_FOUND', 'The requested resource does not exist');
      case 'PATCH':
        return this.#change(request, client, {
          key,
          value,
          present,
          updateOnly: searchParams.get('updateOnly') === 'true',
        });
      default:
        return failed(405, 'METHOD_NOT_ALLOWED', `HTTP method '${request.method}' not allowed`);
    }
  }

  #read({ id, modifiedAt, fields }: Found, wanted: string | null): RecordsAnswer {
    const all: Record<string, unknown> = {
      ...fields,
      Id: id,
      LastModifiedDate: new Date(modifiedAt).toISOString().replace('Z', '+0000'),
      LastModifiedById: this.options.org.changedBy(id),
    };
    const names = wanted?.split(',') ?? Object.keys(all);
    const told = names.map((name): [string, unknown] => [name, all[name] ?? null]);
    return [200, { attributes: { type: 'Case' }, ...Object.fromEntries(told) }];
  }

  #change(
    { unmodifiedSince, body, referenceId }: RecordsRequest,
    client: string,
    {
      key,
      value,
      present,
      updateOnly,
    }: {
      readonly key: string | null;
      readonly value: string;
      readonly present: Found | undefined;
      readonly updateOnly: boolean;
    },
  ): RecordsAnswer {
    const fields = JsonObject.safeParse(body).data;
    if (!fields) return failed(400, 'JSON_PARSER_ERROR', 'not an object');
    if (Object.hasOwn(fields, 'Id') || (key !== null && Object.hasOwn(fields, key)))
      return failed(400, 'INVALID_FIELD', 'the id is given in the address');
    if (!present && (key === null ? !this.options.makesCases : updateOnly))
      return failed(404, 'NOT_FOUND', 'The requested resource does not exist');
    if (unmodifiedSince !== null) {
      const since = Date.parse(unmodifiedSince);
      if (Number.isNaN(since)) return failed(400, 'INVALID_HEADER', 'not a date');
      if (present && present.modifiedAt > since)
        return failed(412, 'PRECONDITION_FAILED', 'the record was modified');
    }
    const id = present?.id ?? (key === null ? value : `500${randomBytes(6).toString('hex')}`);
    const all = key === null ? fields : { ...fields, [key]: value };
    this.#write(id, all, referenceId, client);
    if (key === null) return [204, null];
    return [present ? 200 : 201, { id, success: true, errors: [], created: !present }];
  }

  /** Done as often as it is asked for, as the vendor does. Those who read what was written see the same request under one name. */
  #write(recordId: string, fields: JsonObject, referenceId: string | null, client: string): void {
    const { org, store } = this.options;
    const write = { tenant: org.id, object: 'Case', recordId, fields };
    const idempotencyKey = referenceId ?? randomUUID();
    const result = store.write({ ...write, idempotencyKey });
    if (result === 'conflict') store.write({ ...write, idempotencyKey: `${idempotencyKey}.${randomUUID()}` });
    org.change([{ recordId, fields, client }]);
  }

  #find(key: string | null, value: string): readonly Found[] {
    const rows =
      key === null
        ? this.options.org.records((id) => id === value, 1)
        : this.options.org.records(() => true, Infinity).filter((row) => row[key] === value);
    return rows.map(({ attributes: _about, Id, SystemModstamp, ...fields }) => {
      const at = Date.parse(String(SystemModstamp).replace('+0000', 'Z'));
      return { id: String(Id), modifiedAt: at - (at % 1000), fields };
    });
  }
}

/** Name of the client in `Sforce-Call-Options`. */
export const clientIn = (callOptions: string | undefined): string =>
  /(?:^|[,;] *)client=([^,;]+)/.exec(callOptions ?? '')?.[1] ?? 'unknown';

function decoded(part: string | undefined): string | undefined {
  try {
    return part === undefined ? undefined : decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
