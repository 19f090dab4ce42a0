import { z } from 'zod';
import { CrmHttp } from '../crm-http.js';
import type { CrmAnswer, CrmWrite, CrmWriter } from '../crm-writer.js';
import { judge } from '../lost-update.js';
import { UNANSWERED, notSent, unreadable } from '../write-failure.js';
import { WriterConnection } from '../writer-connection.js';
import { changeOf, isOwn, presentTicket, ticketOf, unwritable, zendeskAnswer } from './zendesk-write.js';

/** Tickets of a Zendesk account; `url` is for example `https://acme.zendesk.com`. */
export const ZendeskConnection = WriterConnection.extend({
  kind: z.literal('zendesk'),
  /** Ids of its custom fields by the names that purposes give them, for example `{ "Triage_Category__c": 360001 }`. */
  customFields: z.record(z.string().min(1), z.int().positive()).default({}),
  /** Id of the user as whom it is called: what only he has changed is no conflict. */
  ownUser: z.int().positive().optional(),
});
export type ZendeskConnection = z.infer<typeof ZendeskConnection>;

/** A ticket that changes between being read and being written is read once more. */
const ATTEMPTS = 2;

/**
 * Writes to tickets. Where the connection compares, by Zendesk's own safe update. It has no key that makes a repetition of a change
 * harmless, so fields are set and nothing is added.
 */
export class ZendeskWriter implements CrmWriter {
  readonly operation = 'PUT /api/v2/tickets/{id}';
  readonly #http: CrmHttp;

  constructor(
    private readonly connection: ZendeskConnection,
    authority: string,
  ) {
    this.#http = new CrmHttp(connection, authority);
  }

  async write(write: CrmWrite): Promise<CrmAnswer> {
    const { unmodifiedSince: compares, customFields } = this.connection;
    const odd = unwritable(write.fields, customFields);
    if (odd.length > 0) return notSent('field-unknown', odd);
    const path = ticketOf(write.recordId);
    if (path === null) return notSent('record-id-invalid');
    const since = compares ? write.unmodifiedSince : null;
    if (since === null) return this.#change(write, path, null);
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#http.send({ method: 'GET', path: `${path}.json` }, write);
      if (answer === null) return UNANSWERED;
      if (answer.status !== 200) return zendeskAnswer(answer, false);
      const present = presentTicket(answer.body, customFields);
      if (!present) return unreadable(answer.status);
      const verdict = judge(write, present.record);
      const overwrites =
        verdict === 'write' ||
        (verdict === 'conflict' &&
          (await this.#isOwn(write, path, { since, changedAt: present.record.changedAt })));
      if (!overwrites) return { kind: verdict, status: answer.status };
      const written = await this.#change(write, path, present.stamp);
      if (written.kind !== 'conflict') return written;
      if (attempt === ATTEMPTS) return { kind: 'unavailable', status: written.status, retryAfterMs: null };
    }
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  async #change(write: CrmWrite, path: string, stamp: string | null): Promise<CrmAnswer> {
    const change = changeOf(path, write.fields, this.connection.customFields, stamp);
    const answer = await this.#http.send(change, write);
    return answer === null ? UNANSWERED : zendeskAnswer(answer, stamp !== null);
  }

  async #isOwn(
    write: CrmWrite,
    path: string,
    span: { readonly since: Date; readonly changedAt: Date },
  ): Promise<boolean> {
    const { ownUser } = this.connection;
    if (ownUser === undefined) return false;
    const audits = await this.#http.send(
      { method: 'GET', path: `${path}/audits.json?sort=-created_at` },
      write,
    );
    return audits?.status === 200 && isOwn(audits.body, { ownUser, ...span });
  }
}
