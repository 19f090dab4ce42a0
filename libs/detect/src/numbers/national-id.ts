import { stdnum } from 'stdnum';
import { hasContext, type Finding, type Recogniser } from '../recogniser.js';

interface NationalId {
  readonly entity: string;
  readonly pattern: RegExp;
  readonly isValid: (value: string) => boolean;
  /** Words of which one must stand before it, for numbers whose check digit is weak or absent. */
  readonly context?: RegExp;
}

const valid = (country: string, number: string) => {
  const validator = stdnum[country]?.[number];
  if (!validator) throw new TypeError(`stdnum has no ${country} ${number}`);
  return (value: string): boolean => validator.validate(value).isValid;
};

/** National identity, tax and social security numbers of people, checked by stdnum. */
export const NATIONAL_IDS: readonly NationalId[] = [
  {
    entity: 'DE_TAX_ID',
    pattern: /(?<![\p{L}\p{N}])\d{2} ?\d{3} ?\d{3} ?\d{3}(?![\p{L}\p{N}])/gu,
    isValid: valid('DE', 'idnr'),
    context: /steuer|\bidnr|tax|\btin\b/i,
  },
  {
    entity: 'DE_SOCIAL_SECURITY',
    pattern: /(?<![\p{L}\p{N}])\d{2} ?\d{6} ?[A-Z] ?\d{3}(?![\p{L}\p{N}])/giu,
    isValid: valid('DE', 'svnr'),
  },
  {
    entity: 'FR_NIR',
    pattern: /(?<![\p{L}\p{N}])[12] ?\d{2} ?\d{2} ?[\dAB]{2} ?\d{3} ?\d{3} ?\d{2}(?![\p{L}\p{N}])/giu,
    isValid: valid('FR', 'nir'),
  },
  {
    entity: 'ES_NIF',
    pattern: /(?<![\p{L}\p{N}])\d{8}[ -]?[A-Z](?![\p{L}\p{N}])/giu,
    isValid: valid('ES', 'dni'),
  },
  {
    entity: 'ES_NIE',
    pattern: /(?<![\p{L}\p{N}])[XYZ][ -]?\d{7}[ -]?[A-Z](?![\p{L}\p{N}])/giu,
    isValid: valid('ES', 'nie'),
  },
  {
    entity: 'IT_FISCAL_CODE',
    pattern:
      /(?<![\p{L}\p{N}])[A-Z]{6} ?[0-9LMNPQRSTUV]{2} ?[A-Z] ?[0-9LMNPQRSTUV]{2} ?[A-Z][0-9LMNPQRSTUV]{3}[A-Z](?![\p{L}\p{N}])/giu,
    isValid: valid('IT', 'codicefiscale'),
  },
  {
    entity: 'NL_BSN',
    pattern: /(?<![\p{L}\p{N}])\d{4}[ .]?\d{2}[ .]?\d{3}(?![\p{L}\p{N}])/gu,
    isValid: valid('NL', 'bsn'),
    context: /\bbsn\b|burgerservice|sofi/i,
  },
  {
    entity: 'PL_PESEL',
    pattern: /(?<![\p{L}\p{N}])\d{11}(?![\p{L}\p{N}])/gu,
    isValid: valid('PL', 'pesel'),
    context: /pesel/i,
  },
  {
    entity: 'US_SSN',
    pattern: /(?<![\p{L}\p{N}-])\d{3}-\d{2}-\d{4}(?![\p{L}\p{N}-])/gu,
    isValid: valid('US', 'ssn'),
  },
  {
    entity: 'US_SSN',
    pattern: /(?<![\p{L}\p{N}-])\d{3} ?\d{2} ?\d{4}(?![\p{L}\p{N}-])/gu,
    isValid: valid('US', 'ssn'),
    context: /\bssn\b|social security/i,
  },
  {
    entity: 'UK_NINO',
    pattern: /(?<![\p{L}\p{N}])[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![\p{L}\p{N}])/giu,
    isValid: valid('GB', 'nino'),
  },
];

export const nationalId: Recogniser = {
  name: 'national-id',
  entities: [...new Set(NATIONAL_IDS.map(({ entity }) => entity))].map((name) => ({ name })),
  *find(reading): Iterable<Finding> {
    for (const { entity, pattern, isValid, context } of NATIONAL_IDS) {
      for (const { index, 0: found } of reading.text.matchAll(pattern)) {
        if (context && !hasContext(reading, index, context)) continue;
        if (!isValid(found)) continue;
        yield { start: index, end: index + found.length, entity, score: 0.92, evidence: ['check-digit'] };
      }
    }
  },
};
