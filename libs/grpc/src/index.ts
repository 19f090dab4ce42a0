export * from './bearer.js';
export * from './client.js';
export * from './grpc-server.js';
export * from './handlers.js';
export * from './health-client.js';
export * from './peer-identity.js';
export * from './status.js';
export * from './tls-identity.js';
