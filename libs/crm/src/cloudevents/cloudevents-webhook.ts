import { BailiwickError } from '@bailiwick/platform';
import { z } from 'zod';
import {
  headerOf,
  type WebhookConsent,
  type WebhookContent,
  type WebhookDelivery,
  type WebhookProtocol,
} from '../crm-webhook-delivery.js';
import { checkGenuine, madeByOne, same, unsigned } from '../crm-webhook-signature.js';
import { readCloudEvent } from './cloud-event.js';
import { findHttpEvents } from './http-binding.js';

const DNS_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;

/**
 * A sender by the CloudEvents webhook specification, with an access token that is a secret of the registration.
 * https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md
 */
export const CloudEventsWebhook = z.strictObject({
  kind: z.literal('cloudevents'),
  /** Systems that may push: DNS names as `WebHook-Request-Origin` gives them. */
  origins: z.array(z.string().regex(DNS_NAME).toLowerCase()).min(1),
  /** Requests a minute that are granted at most. */
  requestsPerMinute: z.int().positive().default(600),
  /**
   * Hosts at which consent may be given by callback. Where a sender asks for that and its callback lies at one of them, the answer
   * itself grants nothing. Absent: consent is given in the answer only, since whoever asks could name any host.
   */
  callbackHosts: z.array(z.string().regex(DNS_NAME).toLowerCase()).default([]),
});
export type CloudEventsWebhook = z.infer<typeof CloudEventsWebhook>;

const ORIGIN = 'webhook-request-origin';

const isOriginOf = ({ origins }: CloudEventsWebhook, origin: string | undefined): origin is string =>
  origin !== undefined && origins.includes(origin.toLowerCase());

/** The token of `Authorization: Bearer`, or of the query, which the specification permits and advises against. */
function tokenOf(delivery: WebhookDelivery): string | null {
  const authorization = headerOf(delivery, 'authorization');
  if (authorization !== undefined) return /^Bearer +([^\s,]+)$/i.exec(authorization)?.[1] ?? null;
  return URL.parse(delivery.url)?.searchParams.get('access_token') ?? null;
}

/** A token may be used again as long as it counts: a delivery that is replayed has the ids that it had. */
function verify(webhook: CloudEventsWebhook, delivery: WebhookDelivery, secrets: readonly string[]): void {
  const token = tokenOf(delivery);
  if (token === null) throw unsigned('send the access token as Authorization: Bearer, or as access_token');
  checkGenuine(madeByOne(secrets, (secret) => same(token, secret)));
  if (!isOriginOf(webhook, headerOf(delivery, ORIGIN)))
    throw new BailiwickError('scope-insufficient', 'WebHook-Request-Origin is not one that may push here');
}

function read(delivery: WebhookDelivery): WebhookContent {
  const events = findHttpEvents(delivery);
  const values = events.mode === 'single' ? [events.find()] : events.events.map(({ value }) => value);
  return { changes: values.map((value) => readCloudEvent(value)), toFetch: [], erasures: [], passed: [] };
}

/** Where consent may be given later, or null. */
function callbackOf({ callbackHosts }: CloudEventsWebhook, delivery: WebhookDelivery): string | null {
  const url = URL.parse(headerOf(delivery, 'webhook-request-callback') ?? '');
  const plain = url?.protocol === 'https:' && url.username === '' && url.password === '';
  return plain && callbackHosts.includes(url.hostname) ? url.href : null;
}

function consent(webhook: CloudEventsWebhook, delivery: WebhookDelivery): WebhookConsent {
  const origin = headerOf(delivery, ORIGIN);
  const answer = { allow: 'POST' };
  const rate = headerOf(delivery, 'webhook-request-rate') ?? String(webhook.requestsPerMinute);
  if (!isOriginOf(webhook, origin) || !/^[1-9]\d{0,8}$/.test(rate))
    return { headers: answer, callback: null };
  const granted = {
    'webhook-allowed-origin': origin,
    'webhook-allowed-rate': String(Math.min(Number(rate), webhook.requestsPerMinute)),
  };
  const callback = callbackOf(webhook, delivery);
  return callback === null
    ? { headers: { ...answer, ...granted }, callback: null }
    : { headers: answer, callback: { url: callback, headers: granted } };
}

/** Opens a CloudEvents webhook. */
export const openCloudEvents = (webhook: CloudEventsWebhook): WebhookProtocol => ({
  verify: (delivery, secrets) => verify(webhook, delivery, secrets),
  read,
  consent: (delivery) => consent(webhook, delivery),
});
