import { countrySpecs } from 'ibantools';
import { CONTEXT, contextAround, contextBefore, distanceTo } from '../numbers/context.js';
import type { Finding, Recogniser } from '../recogniser.js';

CONTEXT.add('bic|bics|swift|swift code|bic code|bic swift|swift bic|bankleitzahl|iban', 'BIC');

/** ISO 9362: party prefix, country, party suffix, and three characters for a branch. */
const CANDIDATE = /(?<![A-Za-z0-9_-])[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?![A-Za-z0-9_-])/g;
const SMALL = /(?<![A-Za-z0-9_-])[a-z]{6}[a-z0-9]{2}(?:[a-z0-9]{3})?(?![A-Za-z0-9_-])/g;

/** Codes of banks. Words in capitals look like them, so a word must say what it is, or digits and a branch show it. */
export const bic: Recogniser = {
  name: 'bic',
  entities: [{ name: 'BIC' }],
  *find(reading): Iterable<Finding> {
    const { text } = reading;
    for (const { index, 0: code } of text.matchAll(CANDIDATE)) {
      if (
        !countrySpecs[code.slice(4, 6)] &&
        !/^(?:US|CA|AU|NZ|IN|JP|KR|SG|HK|CN|ZA|MX|TH)$/.test(code.slice(4, 6))
      )
        continue;
      const context = contextAround(reading, contextBefore(reading, index), index + code.length);
      const isSaid = distanceTo(context, ['BIC']) !== undefined;
      const showsBranch =
        /\d/.test(code.slice(6)) && code.length === 11 ? 0.6 : code.endsWith('XXX') ? 0.75 : 0.3;
      yield {
        start: index,
        end: index + code.length,
        entity: 'BIC',
        score: isSaid ? 0.95 : showsBranch,
        evidence: isSaid ? ['pattern', 'context'] : ['pattern'],
      };
    }
    if (!/\b(?:bic|swift)\b/i.test(text)) return;
    for (const { index, 0: code } of text.matchAll(SMALL)) {
      if (!/\d/.test(code) || !countrySpecs[code.slice(4, 6).toUpperCase()]) continue;
      if (distanceTo(contextBefore(reading, index), ['BIC']) !== 1) continue;
      yield {
        start: index,
        end: index + code.length,
        entity: 'BIC',
        score: 0.7,
        evidence: ['pattern', 'context'],
      };
    }
  },
};
