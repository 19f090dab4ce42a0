import { countrySpecs, validateIBAN, ValidationErrorsIBAN } from 'ibantools';
import { piecesOf } from '../numbers/token.js';
import type { Reading } from '../reading.js';
import type { Finding, Recogniser } from '../recogniser.js';

const BEGINNING = /[A-Z]{2}\d{2}/iy;
const SEPARATOR = /[ -]/;

/** International bank account numbers (ISO 13616) with a right check number, also in groups. */
export const iban: Recogniser = {
  name: 'iban',
  entities: [{ name: 'IBAN_CODE' }],
  *find(reading): Iterable<Finding> {
    const { text } = reading;
    for (const index of beginningsOf(reading)) {
      const length = countrySpecs[text.slice(index, index + 2).toUpperCase()]?.chars;
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
        isIban(compact.toUpperCase())
      ) {
        yield { start: index, end, entity: 'IBAN_CODE', score: 1, evidence: ['check-digit'] };
      }
    }
  },
};

/** Where a piece begins with two letters and two digits. */
function beginningsOf(reading: Reading): readonly number[] {
  const found: number[] = [];
  for (const chain of piecesOf(reading))
    for (const { start, end, digits } of chain) {
      if (digits < 2 || end - start < 4) continue;
      BEGINNING.lastIndex = start;
      if (BEGINNING.test(reading.text)) found.push(start);
    }
  return found;
}

/** The check number of ISO 13616 is enough: the national check digit inside is one that made-up data often lack. */
function isIban(compact: string): boolean {
  const { valid, errorCodes } = validateIBAN(compact);
  return valid || errorCodes.every((code) => code === ValidationErrorsIBAN.WrongAccountBankBranchChecksum);
}
