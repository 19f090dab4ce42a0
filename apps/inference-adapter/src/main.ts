import { main } from '@bailiwick/platform';
import { inferenceAdapter } from './app.module.js';

main(inferenceAdapter);
