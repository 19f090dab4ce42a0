import { BailiwickError } from '@bailiwick/platform';
import type { BorrowToRead } from './credential-service.js';
import type { WebhookDelivery } from './crm-webhook-delivery.js';

/** A POST to a webhook with this body, given as text or as what becomes JSON. */
export const deliveryOf = (
  body: unknown,
  headers: WebhookDelivery['headers'] = {},
  url = 'https://ingest.example/v1/webhooks/w1',
): WebhookDelivery => ({
  method: 'POST',
  url,
  headers,
  body: Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});

/** Borrows nothing: what pushes needs no credential. */
export const nothingLent: BorrowToRead = () =>
  Promise.reject(new BailiwickError('credential-refused', 'nothing is lent here'));

/** Code of what work throws, or `none`. */
export function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    return BailiwickError.from(thrown).code;
  }
  return 'none';
}
