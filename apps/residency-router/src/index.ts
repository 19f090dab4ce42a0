export { residencyRouter } from './app.module.js';
