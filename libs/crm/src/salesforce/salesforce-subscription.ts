import { readFileSync } from 'node:fs';
import type { ResidencyProfile } from '@bailiwick/domain';
import { Agent } from 'undici';
import { z } from 'zod';
import type { BorrowToRead } from '../credential-service.js';
import type { CrmSource, SourceEvents } from '../crm-source.js';
import { keptSession } from '../kept-session.js';
import { endpointRefusal } from './endpoint.js';
import { PubSub } from './pubsub-client.js';
import { SalesforceRest } from './rest.js';
import { SalesforceSource } from './salesforce-source.js';
import { leasedSession } from './session.js';

const Name = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,79}$/);

/** One topic of one org, as the subscriptions file names it. */
export const SalesforceSubscription = z.strictObject({
  kind: z.literal('salesforce'),
  endpoint: z.strictObject({
    /** `host:port`, for example `api.deu.pubsub.salesforce.com:7443`. */
    address: z.string().regex(/^[A-Za-z0-9.-]+:\d{1,5}$/),
    /** Jurisdiction of a host that is not Salesforce's own. */
    jurisdiction: z.string().optional(),
    /** Document that permits an endpoint outside of the tenant's jurisdiction; its profile must name it too. */
    exception: z.string().optional(),
  }),
  /** PEM file of the authority to trust instead of the system's. */
  caFile: z.string().optional(),
  /** Connection of the tenant through which it is read; its terms say how it is logged in to, and that it may be read. */
  connection: z.string().regex(/^[a-z][a-z0-9-]{1,60}$/),
  /** `/data/CaseChangeEvent`, `/event/Note__e`, or a channel. */
  topic: z.string().regex(/^\/(?:data|event|topic)\/[A-Za-z0-9_]{1,120}$/),
  /** Object that the purpose is about, for example `Case`. */
  object: Name,
  /** Of a platform event: its field that holds the id of the record it is about; absent: each is a record by itself. */
  recordField: Name.optional(),
  /** Under which name our own write-backs call the org; what they change is not processed again. */
  ownClient: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,60}$/)
    .default('bailiwick'),
  /** Version of the REST API. */
  apiVersion: z
    .string()
    .regex(/^\d{2,3}\.0$/)
    .default('62.0'),
  /** How long to wait when the org's allocation is used up, in milliseconds. */
  slowDownMs: z.int().positive().default(300_000),
  /** How often to ask for the allocation, in milliseconds. */
  allocationEveryMs: z.int().positive().default(300_000),
});
export type SalesforceSubscription = z.infer<typeof SalesforceSubscription>;

/** Why a tenant's events may not be read over this subscription's endpoint, or null. */
export const salesforceRefusal = (
  { endpoint }: SalesforceSubscription,
  profile: Pick<ResidencyProfile, 'homeJurisdiction' | 'permitted'>,
): string | null => endpointRefusal(endpoint, profile);

/** Opens a subscription. Nothing is sent before it is pulled. */
export function openSalesforce(
  subscription: SalesforceSubscription,
  events: SourceEvents,
  borrow: BorrowToRead,
): CrmSource {
  const { endpoint, caFile, connection, recordField, apiVersion, ...topic } = subscription;
  const ca = caFile === undefined ? null : readFileSync(caFile, 'utf8');
  const dispatcher = new Agent({ connect: ca === null ? {} : { ca } });
  const source = new SalesforceSource(
    { ...topic, recordField: recordField ?? null },
    {
      pubsub: new PubSub(endpoint.address, ca),
      rest: new SalesforceRest(apiVersion, dispatcher),
      sessions: keptSession(leasedSession(() => borrow({ object: topic.object, connection }))),
      events,
      slowDownMs: topic.slowDownMs,
      allocationEveryMs: topic.allocationEveryMs,
      now: Date.now,
    },
  );
  return {
    pull: (cursor, signal) => source.pull(cursor, signal),
    close: async () => {
      await source.close();
      await dispatcher.destroy();
    },
  };
}
