export * from './managed-process.js';
export * from './ports.js';
export * from './process-table.js';
export * from './parts/certificate-authority.js';
export * from './parts/kafka-broker.js';
export * from './parts/kafka-distribution.js';
export * from './parts/database-roles.js';
export * from './parts/postgres.js';
