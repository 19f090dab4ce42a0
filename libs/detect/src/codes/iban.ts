import { countrySpecs, isValidIBAN } from 'ibantools';
import type { Finding, Recogniser } from '../recogniser.js';

const BEGINNING = /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}/giu;
const SEPARATOR = /[ -]/;

/** International bank account numbers (ISO 13616) with a right check number, also in groups. */
export const iban: Recogniser = {
  name: 'iban',
  entities: [{ name: 'IBAN_CODE' }],
  *find({ text }): Iterable<Finding> {
    for (const { index, 0: beginning } of text.matchAll(BEGINNING)) {
      const length = countrySpecs[beginning.slice(0, 2).toUpperCase()]?.chars;
      if (!length) continue;
      let compact = '';
      let end = index;
      while (end < text.length && compact.length < length) {
        const character = text[end] ?? '';
        if (/[A-Za-z0-9]/.test(character)) compact += character;
        else if (!SEPARATOR.test(character) || SEPARATOR.test(text[end - 1] ?? '')) break;
        end++;
      }
      if (
        compact.length === length &&
        !/[A-Za-z0-9]/.test(text[end] ?? '') &&
        isValidIBAN(compact.toUpperCase())
      ) {
        yield { start: index, end, entity: 'IBAN_CODE', score: 1, evidence: ['check-digit'] };
      }
    }
  },
};
