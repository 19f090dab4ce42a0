import { main } from '@bailiwick/platform';
import { writeback } from './app.module.js';

main(writeback);
