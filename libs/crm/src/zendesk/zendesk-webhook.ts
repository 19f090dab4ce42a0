import { z } from 'zod';
import { ABOUT, CrmId, parseAs, readJson } from '../crm-webhook-body.js';
import {
  headerOf,
  oneChange,
  passedOver,
  plainChange,
  type WebhookContent,
  type WebhookDelivery,
  type WebhookProtocol,
} from '../crm-webhook-delivery.js';
import { checkFresh, checkGenuine, hmac, madeByOne, same, unsigned } from '../crm-webhook-signature.js';
import { readGenericEvent } from '../generic-hmac/generic-hmac-webhook.js';

/** One webhook of a Zendesk account, subscribed to events or connected to a trigger. Its secret is the webhook's signing secret. */
export const ZendeskWebhook = z.strictObject({ kind: z.literal('zendesk'), ...ABOUT });
export type ZendeskWebhook = z.infer<typeof ZendeskWebhook>;

/** What Zendesk puts into its signature header. https://developer.zendesk.com/documentation/webhooks/verifying/ */
export const zendeskSignature = (secret: string, timestamp: string, body: Uint8Array): string =>
  hmac(secret, timestamp, body).toString('base64');

function verify(delivery: WebhookDelivery, secrets: readonly string[], now: number): void {
  const signature = headerOf(delivery, 'x-zendesk-webhook-signature');
  const timestamp = headerOf(delivery, 'x-zendesk-webhook-signature-timestamp');
  const signedAt = z.iso.datetime({ offset: true }).safeParse(timestamp);
  if (signature === undefined || timestamp === undefined || !signedAt.success)
    throw unsigned('the delivery carries no X-Zendesk-Webhook-Signature with its timestamp (RFC 3339)');
  checkGenuine(
    madeByOne(secrets, (secret) => same(signature, zendeskSignature(secret, timestamp, delivery.body))),
  );
  checkFresh(Date.parse(signedAt.data), now);
}

/** An event as a subscribed webhook sends it. https://developer.zendesk.com/api-reference/webhooks/event-types/webhook-event-types/ */
const ZendeskEvent = z.looseObject({
  id: z.string().min(1).max(256),
  /** `zen:event-type:<object>.<what happened>`. */
  type: z.string().regex(/^zen:event-type:[a-z_]{1,64}\.[a-z_]{1,64}$/),
  time: z.iso.datetime({ offset: true }),
  /** The record as it is now. */
  detail: z.looseObject({ id: CrmId }),
  /** What changed. */
  event: z.record(z.string(), z.unknown()).default({}),
});
const MEMBERS = [...Object.keys(ZendeskEvent.shape), 'detail.id'];
/** What happened to a record that is no more. */
const DELETED = new Set(['deleted', 'soft_deleted', 'permanently_deleted']);

function readEvent(value: object, { crmObject, object = crmObject }: ZendeskWebhook): WebhookContent {
  const { id, type, time, detail, event } = parseAs(ZendeskEvent, value, MEMBERS);
  const [subject = '', happened = ''] = type.slice('zen:event-type:'.length).split('.');
  if (subject !== crmObject) return passedOver('other-object');
  if (DELETED.has(happened)) return passedOver('deleted');
  const { meta: _sequence, ...changed } = event;
  const { id: recordId, ...record } = detail;
  const fields = { ...record, ...(Object.keys(changed).length > 0 && { event: changed }) };
  return oneChange(plainChange({ sourceId: id, object, recordId, fields, occurredAt: new Date(time) }));
}

/** A trigger sends whatever its author wrote; what is taken is the generic event. */
function read({ body }: WebhookDelivery, webhook: ZendeskWebhook, source: string): WebhookContent {
  const value = readJson(body);
  return typeof value === 'object' && value !== null && 'zendesk_event_version' in value
    ? readEvent(value, webhook)
    : oneChange(readGenericEvent(value, source));
}

/** Opens a Zendesk webhook; `source` is the registered one. */
export const openZendesk = (webhook: ZendeskWebhook, source: string): WebhookProtocol => ({
  verify,
  read: (delivery) => read(delivery, webhook, source),
});
