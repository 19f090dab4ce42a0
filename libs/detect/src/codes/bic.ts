import { countrySpecs } from 'ibantools';
import { CONTEXT, contextAround, contextBefore, distanceTo } from '../numbers/context.js';
import type { Finding, Recogniser } from '../recogniser.js';

CONTEXT.add('bic|bics|swift|swift code|bic code|bic swift|swift bic|bankleitzahl|iban', 'BIC');

/** ISO 9362: party prefix, country, party suffix, and three characters for a branch. */
const CODE = /^[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/;
const OTHER_COUNTRIES = new Set([
  'US',
  'CA',
  'AU',
  'NZ',
  'IN',
  'JP',
  'KR',
  'SG',
  'HK',
  'CN',
  'ZA',
  'MX',
  'TH',
]);

/** Codes of banks. Words in capitals look like them, so a word must say what it is, or digits and a branch show it. */
export const bic: Recogniser = {
  name: 'bic',
  entities: [{ name: 'BIC' }],
  find(reading): Iterable<Finding> {
    const findings: Finding[] = [];
    for (const { start, end, shape } of reading.words) {
      const length = end - start;
      if ((length !== 8 && length !== 11) || (shape !== 'upper' && shape !== 'alphanumeric')) continue;
      const code = reading.text.slice(start, end);
      if (!CODE.test(code.toUpperCase())) continue;
      const country = code.slice(4, 6).toUpperCase();
      if (!countrySpecs[country] && !OTHER_COUNTRIES.has(country)) continue;
      const isCapital = code === code.toUpperCase();
      const context = contextAround(reading, contextBefore(reading, start), end);
      const near = distanceTo(context, ['BIC']);
      if (near !== undefined && (isCapital || (near === 1 && /\d/.test(code))))
        findings.push({ start, end, entity: 'BIC', score: 0.95, evidence: ['pattern', 'context'] });
      else if (isCapital && length === 11 && (code.endsWith('XXX') || /\d/.test(code)))
        findings.push({
          start,
          end,
          entity: 'BIC',
          score: code.endsWith('XXX') ? 0.75 : 0.6,
          evidence: ['pattern'],
        });
    }
    return findings;
  },
};
