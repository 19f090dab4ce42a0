export * from './record-sender.js';
export * from './refused-error.js';
