import { z } from 'zod';
import { CrmHttp } from '../crm-http.js';
import type { CrmAnswer, CrmWrite, CrmWriter } from '../crm-writer.js';
import { judge } from '../lost-update.js';
import { UNANSWERED, notSent } from '../write-failure.js';
import { ObjectAddresses, WriterConnection } from '../writer-connection.js';
import {
  compositeOf,
  fitsComposite,
  presentRecord,
  saidOf,
  subrequestsOf,
  writeAnswer,
  type Said,
  type Subrequest,
} from './salesforce-write.js';

/** An org, written to by its REST API. */
export const SalesforceConnection = WriterConnection.extend({
  kind: z.literal('salesforce'),
  /** Version of the REST API. */
  apiVersion: z
    .string()
    .regex(/^\d{2,3}\.0$/)
    .default('62.0'),
  /** Under which name it is called: what changes by it is passed over by a subscription that names it as `ownClient`. */
  client: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,60}$/)
    .default('bailiwick'),
  /** Id of the integration user: where it changed a record last, that was a write-back and is no conflict. */
  ownUser: z
    .string()
    .regex(/^005[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?$/)
    .optional(),
  objects: ObjectAddresses,
}).refine(
  ({ unmodifiedSince, objects }) =>
    !unmodifiedSince || Object.values(objects).every(({ key }) => key === undefined),
  { message: 'unmodifiedSince compares records by the org’s own ids: not with a key' },
);
export type SalesforceConnection = z.infer<typeof SalesforceConnection>;

const MISSING = { kind: 'refused', code: 'composite-missing', fields: [] } as const;

/** What came of a change, and how the record was found where it was read. */
interface Attempt {
  readonly answer: CrmAnswer;
  readonly now: Said | null;
}

/** Writes to one org: a change by id, or an upsert by an external id, in one composite request. */
export class SalesforceWriter implements CrmWriter {
  readonly operation = 'POST /services/data/composite';
  readonly #http: CrmHttp;

  constructor(
    private readonly connection: SalesforceConnection,
    authority: string,
  ) {
    this.#http = new CrmHttp(connection, authority);
  }

  async write(write: CrmWrite): Promise<CrmAnswer> {
    const { unmodifiedSince, ownUser } = this.connection;
    const first = await this.#attempt(write, unmodifiedSince ? write.unmodifiedSince : null);
    if (first.answer.kind !== 'conflict') return first.answer;
    const present = first.now && presentRecord(first.now, ownUser ?? null);
    if (!present) return first.answer;
    const verdict = judge(write, present);
    if (verdict !== 'write') return { kind: verdict, status: first.answer.status };
    // The change in between was ours: what is refused now is one that came since.
    return (await this.#attempt(write, present.changedAt)).answer;
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  async #attempt(write: CrmWrite, since: Date | null): Promise<Attempt> {
    const { apiVersion: version, objects: addresses } = this.connection;
    const requests = subrequestsOf(write, { version, addresses }, since);
    const change = requests?.[0];
    if (!requests || !change) return { answer: notSent('record-id-invalid'), now: null };
    if (!fitsComposite(requests)) return this.#oneByOne(write, requests);
    const path = `/services/data/v${version}/composite`;
    const answer = await this.#http.send(
      { method: 'POST', path, headers: this.#headers, body: compositeOf(requests) },
      write,
    );
    if (answer === null) return { answer: UNANSWERED, now: null };
    const { retryAfterMs, header } = answer;
    const said = answer.status === 200 ? saidOf(answer.body, change) : answer;
    // It is the resource that is not there, and not the record.
    if (answer.status === 404) return { answer: { ...MISSING, status: answer.status }, now: null };
    // An answer without a word on the change leaves open whether it was made.
    if (said === null) return { answer: { ...UNANSWERED, status: answer.status }, now: null };
    const [, read] = requests;
    return {
      answer: writeAnswer(said, retryAfterMs, header('sforce-limit-info')),
      now: read === undefined ? null : saidOf(answer.body, read),
    };
  }

  async #oneByOne(write: CrmWrite, [change, read]: readonly Subrequest[]): Promise<Attempt> {
    const said = change && (await this.#send(write, change));
    if (!said) return { answer: UNANSWERED, now: null };
    const answer = writeAnswer(said, said.retryAfterMs, said.header('sforce-limit-info'));
    const now = answer.kind === 'conflict' && read !== undefined ? await this.#send(write, read) : null;
    return { answer, now };
  }

  #send(write: CrmWrite, { method, path, headers, body }: Subrequest): ReturnType<CrmHttp['send']> {
    return this.#http.send({ method, path, headers: { ...this.#headers, ...headers }, body }, write);
  }

  get #headers(): Readonly<Record<string, string>> {
    return { 'sforce-call-options': `client=${this.connection.client}` };
  }
}
