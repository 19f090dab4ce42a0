import type { Faker } from '@faker-js/faker';
import { faker as de } from '@faker-js/faker/locale/de';
import { faker as gb } from '@faker-js/faker/locale/en_GB';
import { faker as us } from '@faker-js/faker/locale/en_US';
import { faker as es } from '@faker-js/faker/locale/es';
import { faker as fr } from '@faker-js/faker/locale/fr';
import { faker as it } from '@faker-js/faker/locale/it';
import { faker as nl } from '@faker-js/faker/locale/nl';
import { faker as pl } from '@faker-js/faker/locale/pl';
import type { NATIONAL_IDS } from './national-ids.js';
import type { Language } from './sample.js';

/** A country whose formats are written, with the schemes of its national ids. */
export interface Place {
  readonly country: string;
  readonly language: Language;
  readonly faker: Faker;
  readonly ids: readonly (keyof typeof NATIONAL_IDS)[];
}

export const PLACES: readonly Place[] = [
  { country: 'US', language: 'en', faker: us, ids: ['US_SSN'] },
  { country: 'GB', language: 'en', faker: gb, ids: ['UK_NINO'] },
  { country: 'DE', language: 'de', faker: de, ids: ['DE_TAX_ID', 'DE_SOCIAL_SECURITY'] },
  { country: 'FR', language: 'fr', faker: fr, ids: ['FR_NIR'] },
  { country: 'ES', language: 'es', faker: es, ids: ['ES_NIF', 'ES_NIE'] },
  { country: 'IT', language: 'it', faker: it, ids: ['IT_FISCAL_CODE'] },
  { country: 'NL', language: 'nl', faker: nl, ids: ['NL_BSN'] },
  { country: 'PL', language: 'pl', faker: pl, ids: ['PL_PESEL'] },
];
