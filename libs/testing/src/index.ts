export * from './broker.js';
export * from './canary.js';
export * from './test-mesh.js';
