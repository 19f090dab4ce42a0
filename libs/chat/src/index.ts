export * from './chat-answer.js';
export * from './chat-chunks.js';
export * from './chat-request.js';
export * from './put-together.js';
export * from './take-apart.js';
