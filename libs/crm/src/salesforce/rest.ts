import { JsonObject } from '@bailiwick/domain';
import { BailiwickError } from '@bailiwick/platform';
import { request, type Dispatcher } from 'undici';
import { z } from 'zod';
import { PubSubFailure } from './pubsub-failure.js';
import type { SalesforceSession } from './session.js';
import { RECORD_ID } from './change-event.js';

const TIMEOUT_MS = 30_000;
/** `FIELDS(ALL)` is given for so many records at most. */
export const PAGE = 200;

const Answer = z.object({ records: z.array(JsonObject).max(PAGE) });
const Limits = z.object({
  DailyDeliveredPlatformEvents: z.object({ Max: z.number().nonnegative(), Remaining: z.number() }),
});

/** A record as the query interface gives it: all fields, `Id` and `SystemModstamp` among them. */
export interface QueriedRecord {
  readonly id: string;
  /** As the CRM writes it; the same text means the same state. */
  readonly modified: string;
  /** Without the fields that are null, and without what is about the record and not of it. */
  readonly fields: JsonObject;
}

/** The REST API of an org, as far as a source needs it. */
export class SalesforceRest {
  constructor(
    private readonly version: string,
    private readonly dispatcher: Dispatcher,
  ) {}

  /** Records by their ids. */
  byId(
    session: SalesforceSession,
    object: string,
    ids: readonly string[],
  ): Promise<readonly QueriedRecord[]> {
    return this.#query(session, object, `Id IN (${ids.map(quoted).join(', ')})`);
  }

  /** The next page of the records that changed since, in the order of their change and id. */
  changedSince(
    session: SalesforceSession,
    object: string,
    since: Date,
    after: { readonly modified: string; readonly id: string } | null,
  ): Promise<readonly QueriedRecord[]> {
    if (after === null) return this.#query(session, object, `SystemModstamp >= ${since.toISOString()}`);
    const at = moment(after.modified);
    return this.#query(
      session,
      object,
      `(SystemModstamp > ${at} OR (SystemModstamp = ${at} AND Id > ${quoted(after.id)}))`,
    );
  }

  /** Share of the daily allocation of delivered events that is left, 0 to 1; null when the org does not say. */
  async allocationLeft(session: SalesforceSession): Promise<number | null> {
    const limits = Limits.safeParse(await this.#get(session, 'limits')).data?.DailyDeliveredPlatformEvents;
    return limits && limits.Max > 0 ? Math.max(0, limits.Remaining / limits.Max) : null;
  }

  async #query(session: SalesforceSession, object: string, where: string): Promise<readonly QueriedRecord[]> {
    const soql = `SELECT FIELDS(ALL) FROM ${name(object)} WHERE ${where} ORDER BY SystemModstamp, Id LIMIT ${PAGE}`;
    const parsed = Answer.safeParse(await this.#get(session, `query?q=${encodeURIComponent(soql)}`));
    if (!parsed.success) throw new BailiwickError('crm-unavailable', 'the CRM’s query gives what is none');
    return parsed.data.records.map(({ attributes: _about, Id, SystemModstamp, ...fields }) => ({
      id: z.string().regex(RECORD_ID).parse(Id),
      modified: z.string().min(1).parse(SystemModstamp),
      fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)),
    }));
  }

  async #get({ instanceUrl, accessToken }: SalesforceSession, path: string): Promise<unknown> {
    const answer = await request(`${instanceUrl}/services/data/v${this.version}/${path}`, {
      dispatcher: this.dispatcher,
      headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((cause: unknown) =>
      Promise.reject(new BailiwickError('crm-unavailable', 'the CRM’s REST API does not answer', { cause })),
    );
    const body: unknown = await answer.body.json().catch(() => null);
    const { statusCode } = answer;
    if (statusCode === 200) return body;
    const code = `http-${statusCode}`;
    if (statusCode === 401) throw new PubSubFailure('reauthenticate', code);
    // 403 is also how the org says that its API requests of the day are used up.
    if (statusCode === 403 || statusCode === 429) throw new PubSubFailure('slow-down', code);
    throw new PubSubFailure(statusCode >= 500 || statusCode === 408 ? 'retry' : 'stop', code);
  }
}

/** A text in a query. Only ids and names of known forms come here; quoting what else there is would be the second lock. */
const quoted = (id: string): string => {
  if (!RECORD_ID.test(id)) throw new TypeError('not an id of a record');
  return `'${id}'`;
};
const name = (object: string): string => {
  if (!/^[A-Za-z][A-Za-z0-9_]{0,79}$/.test(object)) throw new TypeError('not the name of an object');
  return object;
};
/** A time as queries want it: the REST API answers with an offset of another form. */
const moment = (modified: string): string =>
  new Date(modified.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')).toISOString();
