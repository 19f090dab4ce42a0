import { main } from '@bailiwick/platform';
import { controlPlane } from './control-plane.js';

main(() => controlPlane());
