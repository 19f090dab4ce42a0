export * from './credential-service.js';
export * from './crm-connection.js';
export * from './crm-writer.js';
export { GenericHttpWriter } from './generic-http/generic-http-writer.js';
export * from './crm-source.js';
export * from './crm-subscription.js';
export { failureStatus } from './salesforce/pubsub-failure.js';
export * as pubsub from './salesforce/gen/eventbus/v1/pubsub_api.js';
export * from './crm-webhook.js';
export type {
  ErasureSignal,
  PushedChange,
  WebhookConsent,
  WebhookContent,
  WebhookDelivery,
  WebhookProtocol,
} from './crm-webhook-delivery.js';
export { invalidMember, readJson } from './crm-webhook-body.js';
export { EVENT_MEMBERS, readCloudEvent } from './cloudevents/cloud-event.js';
export { findHttpEvents } from './cloudevents/http-binding.js';
export { webhookMac } from './generic-hmac/generic-hmac-webhook.js';
export { hubSpotSignature } from './hubspot/hubspot-signature.js';
