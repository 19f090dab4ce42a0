import { main } from '@bailiwick/platform';
import { ingest } from './app.module.js';

main(() => ingest());
