import type { Finding, Recogniser } from '../recogniser.js';
import { knownWords } from './known-words.js';
import { NATIONALITY } from './lexicon.js';
import { SPECIAL_WORDS } from './special-words.js';

/** A stem and the kind of what begins with it. */
interface Stem {
  readonly stem: string;
  /** Nothing may follow. */
  readonly whole: boolean;
  readonly entity: string;
}

const KEY = 3;
const stems = stemsOf();

function stemsOf(): ReadonlyMap<string, readonly Stem[]> {
  const found = new Map<string, Stem[]>();
  for (const [entity, list] of Object.entries(SPECIAL_WORDS))
    for (const written of new Set(list.trim().split(/\s+/u))) {
      const stem = written.replace('*', '');
      const beside = found.get(stem.slice(0, KEY)) ?? [];
      beside.push({ stem, whole: !written.endsWith('*'), entity });
      found.set(stem.slice(0, KEY), beside);
    }
  return found;
}

/** English words that are nationalities only with a capital. */
const WITH_CAPITAL = new Set([
  'polish',
  'swede',
  'turkey',
  'dane',
  'pole',
  'poles',
  'finn',
  'thai',
  'pis',
  'may',
]);

/**
 * Nationality, religion and politics, and the other special categories of Art. 9 GDPR. All are looked for only when
 * they are asked for: one such word says little without whom it is said of, and blanked it costs a text its meaning,
 * as in `German invoice` or `insulin pump ordered`. A purpose that must not see them asks for them by name.
 */
export const specialCategory: Recogniser = {
  name: 'special-category',
  entities: [
    { name: 'NRP', personal: false },
    { name: 'RELIGION', within: 'NRP', personal: false },
    { name: 'POLITICAL_OPINION', within: 'NRP', personal: false },
    { name: 'HEALTH', personal: false },
    { name: 'TRADE_UNION', personal: false },
    { name: 'BIOMETRIC', personal: false },
    { name: 'SEXUAL_LIFE', personal: false },
  ],
  *find(reading): Iterable<Finding> {
    const { lexemes } = knownWords(reading);
    for (let at = 0; at < reading.words.length; at++) {
      const word = reading.words[at];
      if (!word || word.shape === 'digits' || word.folded.length < KEY) continue;
      const { start, end, folded } = word;
      if (word.shape === 'lower' && WITH_CAPITAL.has(folded)) continue;
      const found = stems
        .get(folded.slice(0, KEY))
        ?.find(({ stem, whole }) => (whole ? folded === stem : folded.startsWith(stem)));
      const entity = found?.entity ?? (((lexemes[at] ?? 0) & NATIONALITY) !== 0 ? 'NRP' : null);
      if (entity !== null) yield { start, end, entity, score: 0.65, evidence: ['dictionary'] };
    }
  },
};
