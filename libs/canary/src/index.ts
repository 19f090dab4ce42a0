export * from './canary.js';
export * from './encodings.js';
export * from './needles.js';
export * from './search-files.js';
