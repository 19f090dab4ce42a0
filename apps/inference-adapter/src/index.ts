export { inferenceAdapter } from './app.module.js';
