import { main } from '@bailiwick/platform';
import { lineage } from './lineage.js';

main(() => lineage());
