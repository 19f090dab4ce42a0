export { classifier } from './app.module.js';
