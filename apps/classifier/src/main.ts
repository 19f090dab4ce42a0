import { main } from '@bailiwick/platform';
import { classifier } from './app.module.js';

main(() => classifier());
