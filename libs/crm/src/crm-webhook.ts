import { z } from 'zod';
import { CloudEventsWebhook, openCloudEvents } from './cloudevents/cloudevents-webhook.js';
import type { BorrowToRead } from './credential-service.js';
import type { WebhookProtocol } from './crm-webhook-delivery.js';
import { DataverseWebhook, openDataverse } from './dataverse/dataverse-webhook.js';
import { GenericHmacWebhook, openGenericHmac } from './generic-hmac/generic-hmac-webhook.js';
import { HubSpotWebhook, openHubSpot } from './hubspot/hubspot-webhook.js';
import { ZendeskWebhook, openZendesk } from './zendesk/zendesk-webhook.js';

/** How the sender of one webhook signs and what it says; `kind` names the folder that speaks its protocol. */
export const CrmWebhook = z.discriminatedUnion('kind', [
  GenericHmacWebhook,
  HubSpotWebhook,
  ZendeskWebhook,
  DataverseWebhook,
  CloudEventsWebhook,
]);
export type CrmWebhook = z.infer<typeof CrmWebhook>;

/**
 * The CRMs that can push: a new one is one row here, and its folder. `source` is the registered one of the events, for kinds whose
 * events name it; `borrow` gets a credential to those that read from their CRM.
 */
export function openWebhook(webhook: CrmWebhook, source: string, borrow: BorrowToRead): WebhookProtocol {
  switch (webhook.kind) {
    case 'bailiwick':
      return openGenericHmac(source);
    case 'hubspot':
      return openHubSpot(webhook);
    case 'zendesk':
      return openZendesk(webhook, source);
    case 'dataverse':
      return openDataverse(webhook, borrow);
    case 'cloudevents':
      return openCloudEvents(webhook);
  }
}
