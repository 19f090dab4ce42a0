export * from './crm-connection.js';
export * from './crm-writer.js';
export { GenericHttpWriter } from './generic-http/generic-http-writer.js';
export * from './crm-source.js';
export * from './crm-subscription.js';
export { failureStatus } from './salesforce/pubsub-failure.js';
export * as pubsub from './salesforce/gen/eventbus/v1/pubsub_api.js';
