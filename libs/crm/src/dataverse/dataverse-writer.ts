import { z } from 'zod';
import { CrmHttp, type HttpRequest } from '../crm-http.js';
import type { CrmAnswer, CrmWrite, CrmWriter } from '../crm-writer.js';
import { judge } from '../lost-update.js';
import { UNANSWERED, notSent, unreadable } from '../write-failure.js';
import { ObjectAddresses, WriterConnection, addressOf } from '../writer-connection.js';
import { changeOf, dataverseAnswer, presentRow, readOf } from './dataverse-write.js';

/** A Dataverse environment; `url` is for example `https://acme.crm4.dynamics.com`. */
export const DataverseConnection = WriterConnection.extend({
  kind: z.literal('dataverse'),
  /** Version of the Web API. */
  apiVersion: z
    .string()
    .regex(/^9\.\d$/)
    .default('9.2'),
  /** Id of the application user: where it changed a row last, that was a write-back and is no conflict. */
  ownUser: z.guid().optional(),
  /** Entity sets by object, for example `{ "Case": { "as": "incidents" } }`. */
  objects: ObjectAddresses,
});
export type DataverseConnection = z.infer<typeof DataverseConnection>;

/** A row that changes between being read and being written is read once more. */
const ATTEMPTS = 2;

/** Writes to rows of a Dataverse environment by its Web API. Where the connection compares, on the version that was compared. */
export class DataverseWriter implements CrmWriter {
  readonly operation = 'PATCH /api/data/{set}({id})';
  readonly #http: CrmHttp;

  constructor(
    private readonly connection: DataverseConnection,
    authority: string,
  ) {
    this.#http = new CrmHttp(connection, authority);
  }

  async write(write: CrmWrite): Promise<CrmAnswer> {
    const { apiVersion: version, objects: addresses, unmodifiedSince, ownUser } = this.connection;
    const target = { version, addresses };
    const names = Object.keys(write.fields);
    // A lookup is bound by an annotation, which cannot be compared and may quote another record's address.
    const odd = names.filter((name) => !/^[A-Za-z_]\w{0,79}$/.test(name));
    if (odd.length > 0) return notSent('field-unknown', odd);
    const [read, change] = [readOf(write, target), changeOf(write, target, null)];
    if (!read || !change) return notSent('record-id-invalid');
    if (!unmodifiedSince || write.unmodifiedSince === null) return this.#change(change, write);
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#http.send(read, write);
      if (answer === null) return UNANSWERED;
      if (answer.status !== 200) {
        const failed = dataverseAnswer(answer, names);
        const make = failed.kind === 'not-found' && addressOf(addresses, write.object).create;
        return make ? this.#change(change, write) : failed;
      }
      const present = presentRow(answer.body, ownUser ?? null);
      if (!present) return unreadable(answer.status);
      const verdict = judge(write, present.record);
      if (verdict !== 'write') return { kind: verdict, status: answer.status };
      const conditional = changeOf(write, target, present.etag) ?? change;
      const written = await this.#change(conditional, write);
      if (written.kind !== 'conflict') return written;
      if (attempt === ATTEMPTS) return { kind: 'unavailable', status: written.status, retryAfterMs: null };
    }
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  async #change(change: HttpRequest, write: CrmWrite): Promise<CrmAnswer> {
    const answer = await this.#http.send(change, write);
    return answer === null ? UNANSWERED : dataverseAnswer(answer, Object.keys(write.fields));
  }
}
