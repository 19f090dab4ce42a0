export { writeback } from './app.module.js';
