export * from './managed-process.js';
export * from './ports.js';
export * from './process-table.js';
export * from './parts/certificate-authority.js';
export * from './parts/kafka-broker.js';
export * from './parts/kafka-distribution.js';
