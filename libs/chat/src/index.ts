export * from './chat-answer.js';
export * from './chat-chunks.js';
export * from './chat-request.js';
export * from './put-together.js';
export * from './response-answer.js';
export * from './response-events.js';
export * from './response-request.js';
export * from './take-apart.js';
