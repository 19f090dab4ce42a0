import { timingSafeEqual } from 'node:crypto';
import { BailiwickError } from '@bailiwick/platform';
import { z } from 'zod';
import { readJson } from '../crm-webhook-body.js';
import { headerOf, oneChange, type WebhookDelivery, type WebhookProtocol } from '../crm-webhook-delivery.js';
import { checkFresh, checkGenuine, hmac, madeByOne, unsigned } from '../crm-webhook-signature.js';
import { readCloudEvent } from '../cloudevents/cloud-event.js';

/** A sender that signs as `bailiwick-signature` says. */
export const GenericHmacWebhook = z.strictObject({ kind: z.literal('bailiwick') });

/** Signatures that are looked at; a sender that rotates its secret sends two. */
const MAX_SIGNATURES = 4;

/** HMAC-SHA256 over `<timestamp>.<body>`. */
export const webhookMac = (secret: string, timestamp: string, body: Uint8Array): Buffer =>
  hmac(secret, `${timestamp}.`, body);

/**
 * Verifies `bailiwick-timestamp` (seconds since the epoch) and `bailiwick-signature` (`v1=<hexadecimal>`, several separated by
 * commas) against each secret.
 */
function verify(delivery: WebhookDelivery, secrets: readonly string[], now: number): void {
  const timestamp = headerOf(delivery, 'bailiwick-timestamp');
  const signature = headerOf(delivery, 'bailiwick-signature');
  if (timestamp === undefined || signature === undefined || !/^\d{1,12}$/.test(timestamp))
    throw unsigned(
      'send the headers bailiwick-timestamp (seconds) and bailiwick-signature (v1=<hexadecimal>)',
    );
  const given = signature
    .split(',', MAX_SIGNATURES)
    .flatMap((part) => /^v1=([0-9a-f]{64})$/i.exec(part.trim())?.[1] ?? [])
    .map((hex) => Buffer.from(hex, 'hex'));
  const made = (secret: string): boolean => {
    const expected = webhookMac(secret, timestamp, delivery.body);
    return given.filter((mac) => timingSafeEqual(mac, expected)).length > 0;
  };
  checkGenuine(madeByOne(secrets, made));
  checkFresh(Number(timestamp) * 1000, now);
}

/** Reads one CloudEvent in JSON that may leave out what the registration knows: `specversion`, `source`, `type`. */
export function readGenericEvent(value: unknown, source: string): ReturnType<typeof readCloudEvent> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BailiwickError('event-invalid', 'the body is not a JSON object');
  return readCloudEvent({ specversion: '1.0', type: 'crm.record.changed', source, ...value });
}

/** Opens a webhook of the generic signature; `source` is the registered one. */
export const openGenericHmac = (source: string): WebhookProtocol => ({
  verify,
  read: ({ body }) => oneChange(readGenericEvent(readJson(body), source)),
});
