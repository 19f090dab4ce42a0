import { createHash, createHmac } from 'node:crypto';
import type { Agent } from 'undici';
import { SAMPLE_PORTAL, type WebhookKind } from '../sample-tenants.js';
import { deliver, toCloudEvent, type Delivery } from './http-sender.js';
import type { IngestTarget } from './ingest-target.js';
import type { SampleEvent } from './sample-day.js';

/** A webhook as ingest knows it: its id, how its sender signs, and the secret with which it does. */
export interface WebhookKey {
  readonly id: string;
  readonly kind: WebhookKind;
  readonly secret: string;
}

/** What is sent and how it is signed. */
interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** HubSpot tells of one property at a time; this is the one of a case. */
const PROPERTY = 'Subject';
const SUBSCRIPTION = 12_345;

/** HubSpot's ids of events are numbers. */
const numberOf = (text: string): number =>
  Number.parseInt(createHash('sha256').update(text).digest('hex').slice(0, 12), 16);

/** The id under which ingest takes an event of a webhook. `began` is when the day did, in milliseconds. */
export function webhookSourceId(event: SampleEvent, kind: WebhookKind, began: number): string {
  const { sourceId, recordId } = event;
  if (kind !== 'hubspot') return sourceId;
  return [SAMPLE_PORTAL, SUBSCRIPTION, numberOf(sourceId), began, recordId, PROPERTY].join('/');
}

/** Signs as Bailiwick's own webhooks are: HMAC-SHA256 over `<timestamp>.<body>`. */
function asBailiwick(event: SampleEvent, source: string, secret: string): Signed {
  const body = JSON.stringify(toCloudEvent(event, source));
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return {
    headers: { 'bailiwick-timestamp': timestamp, 'bailiwick-signature': `v1=${signature}` },
    body,
  };
}

/** Signs as Zendesk does, an event with the ticket as it is now. */
function asZendesk({ sourceId, recordId, fields }: SampleEvent, secret: string): Signed {
  const time = new Date().toISOString();
  const body = JSON.stringify({
    type: 'zen:event-type:ticket.created',
    account_id: 1,
    id: sourceId,
    time,
    zendesk_event_version: '2022-11-06',
    subject: `zen:ticket:${recordId}`,
    detail: { id: recordId, ...fields },
    event: {},
  });
  const signature = createHmac('sha256', secret).update(`${time}${body}`).digest('base64');
  return {
    headers: { 'x-zendesk-webhook-signature': signature, 'x-zendesk-webhook-signature-timestamp': time },
    body,
  };
}

/** Signs as HubSpot does (v3), a batch of the ticket's creation, which carries nothing of it, and of a property of it. */
function asHubSpot(event: SampleEvent, url: string, secret: string, began: number): Signed {
  const { sourceId, recordId, fields } = event;
  const common = {
    eventId: numberOf(sourceId),
    subscriptionId: SUBSCRIPTION,
    portalId: SAMPLE_PORTAL,
    occurredAt: began,
    attemptNumber: 0,
    objectId: recordId,
  };
  const body = JSON.stringify([
    { ...common, subscriptionType: 'ticket.creation' },
    {
      ...common,
      subscriptionType: 'ticket.propertyChange',
      propertyName: PROPERTY,
      propertyValue: fields[PROPERTY],
    },
  ]);
  const timestamp = String(Date.now());
  const signature = createHmac('sha256', secret).update(`POST${url}${body}${timestamp}`).digest('base64');
  return {
    headers: { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': timestamp },
    body,
  };
}

/** Posts one event to its webhook, signed as its CRM does. */
export function sendByWebhook(
  target: IngestTarget,
  agent: Agent,
  event: SampleEvent,
  { id, kind, secret }: WebhookKey,
  began: number,
): Promise<Delivery> {
  const url = `${target.ingest.http}/v1/webhooks/${id}`;
  const signed = {
    bailiwick: () => asBailiwick(event, target.source, secret),
    zendesk: () => asZendesk(event, secret),
    hubspot: () => asHubSpot(event, url, secret, began),
  }[kind]();
  const headers = { 'content-type': 'application/json', ...signed.headers };
  return deliver(agent, url, { headers, body: signed.body });
}
