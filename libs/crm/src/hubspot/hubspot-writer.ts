import { z } from 'zod';
import { CrmHttp } from '../crm-http.js';
import type { CrmAnswer, CrmWrite, CrmWriter } from '../crm-writer.js';
import { judge } from '../lost-update.js';
import { UNANSWERED, notSent, unreadable } from '../write-failure.js';
import { ObjectAddresses, WriterConnection } from '../writer-connection.js';
import { hubSpotAnswer, presentRecord, propertiesOf, requestsOf } from './hubspot-write.js';

/** A HubSpot account; `url` is `https://api.hubapi.com`, or that of its data centre. */
export const HubSpotConnection = WriterConnection.extend({
  kind: z.literal('hubspot'),
  /** `sourceId` that the histories of properties give to what our app wrote: that is no conflict. */
  ownSource: z.string().min(1).optional(),
  objects: ObjectAddresses.refine((all) => Object.values(all).every(({ create }) => !create), {
    message: 'records of HubSpot are changed, not made',
  }),
});
export type HubSpotConnection = z.infer<typeof HubSpotConnection>;

/**
 * Writes to records of a HubSpot account. It has no conditional requests: where the connection compares, the history of the
 * properties is read just before, and a change in between is not seen.
 */
export class HubSpotWriter implements CrmWriter {
  readonly operation = 'PATCH /crm/v3/objects/{object}/{id}';
  readonly #http: CrmHttp;

  constructor(
    private readonly connection: HubSpotConnection,
    authority: string,
  ) {
    this.#http = new CrmHttp(connection, authority);
  }

  async write(write: CrmWrite): Promise<CrmAnswer> {
    const { objects, unmodifiedSince, ownSource } = this.connection;
    const requests = requestsOf(write, objects);
    if (requests === null) return notSent('record-id-invalid');
    if (unmodifiedSince && write.unmodifiedSince !== null) {
      const answer = await this.#http.send(requests.read, write);
      if (answer === null) return UNANSWERED;
      if (answer.status !== 200) return hubSpotAnswer(answer);
      const present = presentRecord(answer.body, ownSource ?? null);
      if (!present) return unreadable(answer.status);
      const verdict = judge({ ...write, fields: propertiesOf(write.fields) }, present);
      if (verdict !== 'write') return { kind: verdict, status: answer.status };
    }
    const answer = await this.#http.send(requests.change, write);
    return answer === null ? UNANSWERED : hubSpotAnswer(answer);
  }

  close(): Promise<void> {
    return this.#http.close();
  }
}
