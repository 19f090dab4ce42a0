import { createHmac } from 'node:crypto';
import type { Agent } from 'undici';
import { deliver, toCloudEvent, type Delivery } from './http-sender.js';
import type { IngestTarget } from './ingest-target.js';
import type { SampleEvent } from './sample-day.js';

/** A webhook as ingest knows it: its id, and the secret that signs what is sent. */
export interface WebhookKey {
  readonly id: string;
  readonly secret: string;
}

/** Posts one event to its webhook, signed by HMAC-SHA256 over `<timestamp>.<body>`. */
export function sendByWebhook(
  target: IngestTarget,
  agent: Agent,
  event: SampleEvent,
  { id, secret }: WebhookKey,
): Promise<Delivery> {
  const body = JSON.stringify(toCloudEvent(event, target.source));
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return deliver(agent, `${target.ingest.http}/v1/webhooks/${id}`, {
    headers: {
      'content-type': 'application/json',
      'bailiwick-timestamp': timestamp,
      'bailiwick-signature': `v1=${signature}`,
    },
    body,
  });
}
