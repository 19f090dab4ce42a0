export * from './broker.js';
export * from '@bailiwick/canary';
export * from './test-mesh.js';
