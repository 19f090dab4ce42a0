import { BailiwickError } from '@bailiwick/platform';
import { readCloudEvent } from '../event/cloud-event.js';
import type { CrmEvent } from '../event/crm-event.js';
import { readJson } from '../event/read-json.js';
import type { Webhook } from './webhook-registrations.js';

/**
 * Reads a webhook's verified body: a CloudEvent in JSON that may leave out what the registration knows
 * (`specversion`, `source`, `type`). A source other than the registered one is refused.
 */
export function readWebhookEvent(body: Uint8Array, { source }: Pick<Webhook, 'source'>): CrmEvent {
  const value = readJson(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BailiwickError('event-invalid', 'the body is not a JSON object');
  const event = readCloudEvent({ specversion: '1.0', type: 'crm.record.changed', source, ...value });
  if (event.source !== source)
    throw new BailiwickError('scope-insufficient', 'the webhook is registered for another source');
  return event;
}
