import type { IdRule } from './id-rule.js';
import { AMERICAS } from './ids/americas.js';
import { ASIA_PACIFIC } from './ids/asia-pacific.js';
import { EASTERN_EUROPE } from './ids/eastern-europe.js';
import { EVERYWHERE } from './ids/everywhere.js';
import { NORTHERN_EUROPE } from './ids/northern-europe.js';
import { SOUTHERN_EUROPE } from './ids/southern-europe.js';
import { WESTERN_EUROPE } from './ids/western-europe.js';

/** Every kind of number that a register gives. To find another, add a row to the table of its part of the world. */
export const ID_RULES: readonly IdRule[] = [
  ...WESTERN_EUROPE,
  ...SOUTHERN_EUROPE,
  ...NORTHERN_EUROPE,
  ...EASTERN_EUROPE,
  ...AMERICAS,
  ...ASIA_PACIFIC,
  ...EVERYWHERE,
];
