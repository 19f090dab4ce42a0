import { z } from 'zod';
import { ABOUT, readJson } from '../crm-webhook-body.js';
import type { WebhookProtocol } from '../crm-webhook-delivery.js';
import { readHubSpotEvents } from './hubspot-events.js';
import { SIGNATURE_VERSIONS, verifyHubSpot } from './hubspot-signature.js';

/** Webhooks of an app in one HubSpot account. Its secret is the app's client secret. */
export const HubSpotWebhook = z.strictObject({
  kind: z.literal('hubspot'),
  ...ABOUT,
  /** The account. An app has one secret for all accounts in which it is installed, so the signature does not say which one sends. */
  portalId: z.int().positive(),
  /** Target URL as the app has it, which v2 and v3 sign; absent: the address that was called. */
  url: z.url({ protocol: /^https$/ }).optional(),
  /** Versions of the signature that are taken. v1 and v2 cover no time, so what is sent with them can be sent again for ever. */
  signatures: z.array(z.enum(SIGNATURE_VERSIONS)).min(1).default(['v3']),
  /** `sourceId` that HubSpot gives the changes of our own write-backs; they are passed over. */
  ownSource: z.string().min(1).optional(),
});
export type HubSpotWebhook = z.infer<typeof HubSpotWebhook>;

/** Opens a HubSpot webhook. */
export function openHubSpot(webhook: HubSpotWebhook): WebhookProtocol {
  const { portalId, crmObject, object = crmObject, ownSource, signatures, url } = webhook;
  const wanted = { portalId: String(portalId), crmObject, object, ownSource };
  return {
    verify: (delivery, secrets, now) =>
      verifyHubSpot({ ...delivery, url: url ?? delivery.url }, signatures, secrets, now),
    read: ({ body }) => readHubSpotEvents(readJson(body), wanted),
  };
}
