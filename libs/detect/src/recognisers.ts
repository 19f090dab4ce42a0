import { CODE_RECOGNISERS } from './codes/recognisers.js';
import { identity } from './names/identity.js';
import { NUMBER_RECOGNISERS } from './numbers/recognisers.js';
import { names, titles } from './names/names.js';
import { specialCategory } from './names/special-category.js';
import type { Recogniser } from './recogniser.js';

/** Every recogniser. To find a new kind of personal data, add one here. */
export const RECOGNISERS: readonly Recogniser[] = [
  ...CODE_RECOGNISERS,
  ...NUMBER_RECOGNISERS,
  identity,
  names,
  titles,
  specialCategory,
];
