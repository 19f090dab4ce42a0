import { main } from '@bailiwick/platform';
import { residencyRouter } from './app.module.js';

main(() => residencyRouter());
