export * from './crm-connection.js';
export * from './crm-writer.js';
export { GenericHttpWriter } from './generic-http/generic-http-writer.js';
