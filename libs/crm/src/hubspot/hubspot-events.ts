import { BailiwickError } from '@bailiwick/platform';
import { z } from 'zod';
import { CrmId, parseAs } from '../crm-webhook-body.js';
import {
  plainChange,
  type ErasureSignal,
  type PushedChange,
  type WebhookContent,
} from '../crm-webhook-delivery.js';
import type { PassedOver } from '../crm-source.js';

/** Events of one batch. HubSpot sends 100 at most; more would only be work without a bound. */
const MAX_EVENTS = 1000;

/**
 * One event. Which members there are depends on its type; those that are not named here are not used.
 * https://developers.hubspot.com/docs/api-reference/webhooks-webhooks-v3/guide
 */
const HubSpotEvent = z.looseObject({
  eventId: CrmId,
  subscriptionId: CrmId,
  portalId: CrmId,
  /** Milliseconds since the epoch. */
  occurredAt: z.int().nonnegative().max(8.64e15),
  /** `<object>.<what happened>`; the object of the generic subscriptions is `object`. */
  subscriptionType: z.string().regex(/^[A-Za-z0-9_-]{1,64}\.[A-Za-z]{1,64}$/),
  objectId: CrmId.optional(),
  objectTypeId: z.string().max(128).optional(),
  propertyName: z.string().min(1).max(512).optional(),
  propertyValue: z.unknown().optional(),
  sourceId: z.string().max(256).optional(),
});
type HubSpotEvent = z.infer<typeof HubSpotEvent>;
const Batch = z.array(HubSpotEvent).max(MAX_EVENTS);
const MEMBERS = Object.keys(HubSpotEvent.shape);

/** What of an account's events is wanted. */
export interface Wanted {
  readonly portalId: string;
  /** HubSpot's name or type id of the object, for example `ticket` or `0-5`, and the purpose's name of it. */
  readonly crmObject: string;
  readonly object: string;
  /** `sourceId` of changes that are write-backs of ours, or undefined. */
  readonly ownSource: string | undefined;
}

/** The same for every delivery of an event. HubSpot says that `eventId` alone need not be unique. */
const idOf = ({
  portalId,
  subscriptionId,
  eventId,
  occurredAt,
  objectId,
  propertyName,
}: HubSpotEvent): string => [portalId, subscriptionId, eventId, occurredAt, objectId, propertyName].join('/');

/** Reads the events of a batch. Throws `event-invalid`, and `scope-insufficient` for an event of another account. */
export function readHubSpotEvents(value: unknown, wanted: Wanted): WebhookContent {
  const events = parseAs(Batch, Array.isArray(value) ? value : [value], MEMBERS);
  const changes: PushedChange[] = [];
  const erasures: ErasureSignal[] = [];
  const passed: PassedOver[] = [];
  for (const event of events) {
    if (event.portalId !== wanted.portalId)
      throw new BailiwickError('scope-insufficient', 'the webhook is registered for another HubSpot account');
    const read = readEvent(event, wanted);
    if (typeof read === 'string') passed.push(read);
    else if ('fields' in read) changes.push(read);
    else erasures.push(read);
  }
  return { changes, toFetch: [], erasures, passed };
}

function readEvent(event: HubSpotEvent, wanted: Wanted): PushedChange | ErasureSignal | PassedOver {
  const [subject = '', happened = ''] = event.subscriptionType.split('.');
  const crmObject = subject === 'object' ? (event.objectTypeId ?? subject) : subject;
  const isWanted = wanted.crmObject === crmObject || wanted.crmObject === event.objectTypeId;
  const { objectId, propertyName, propertyValue = null } = event;
  const occurredAt = new Date(event.occurredAt);
  if (happened === 'privacyDeletion') {
    if (objectId === undefined) throw new BailiwickError('event-invalid', 'objectId is missing or not valid');
    const object = isWanted ? wanted.object : crmObject;
    return { sourceId: idOf(event), object, recordId: objectId, occurredAt };
  }
  if (!isWanted) return 'other-object';
  if (happened === 'deletion') return 'deleted';
  if (event.sourceId !== undefined && event.sourceId === wanted.ownSource) return 'own-write-back';
  if (happened !== 'propertyChange' || propertyName === undefined) return 'no-fields';
  if (objectId === undefined) throw new BailiwickError('event-invalid', 'objectId is missing or not valid');
  const fields = { [propertyName]: propertyValue };
  return plainChange({
    sourceId: idOf(event),
    object: wanted.object,
    recordId: objectId,
    fields,
    occurredAt,
  });
}
