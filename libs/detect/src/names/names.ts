import type { Reading } from '../reading.js';
import type { Finding, Recogniser } from '../recogniser.js';
import { weighed } from '../tagger/weighed.js';
import { addresses } from './address.js';
import { candidatesOf } from './candidates.js';
import { knownWords, type KnownWords } from './known-words.js';
import { organisations } from './organisation.js';
import { people } from './person.js';
import { places } from './place.js';
import { isHonorific } from './surroundings.js';

/**
 * People, places and organisations that no structured field of the record holds. A city or a firm by itself says little
 * about anybody, and to blank it costs a text its meaning: these are looked for when they are asked for.
 */
export const names: Recogniser = {
  name: 'names',
  entities: [
    { name: 'PERSON' },
    { name: 'LOCATION' },
    { name: 'STREET_ADDRESS', within: 'LOCATION' },
    { name: 'ZIP_CODE', within: 'LOCATION' },
    { name: 'GPE', within: 'LOCATION', personal: 'thorough' },
    { name: 'ORGANIZATION', personal: 'thorough' },
  ],
  find(reading, { level }): Iterable<Finding> {
    const known = knownWords(reading);
    const found = namesFound(reading, known);
    return level === 'thorough' ? weighed(reading, known, found) : found;
  },
};

/** How people are addressed. It names nobody by itself. */
export const titles: Recogniser = {
  name: 'titles',
  entities: [{ name: 'TITLE', personal: false }],
  *find(reading): Iterable<Finding> {
    for (const [at, { start, end, shape }] of reading.words.entries())
      if (shape !== 'lower' && isHonorific(reading, at))
        yield { start, end, entity: 'TITLE', score: 0.8, evidence: ['context'] };
  },
};

/** What the rules and the lexicon say of a text, in order and without overlaps. */
export const namesFound = (reading: Reading, known: KnownWords): readonly Finding[] =>
  withoutRivals([
    ...people(reading, known, candidatesOf(reading, known)),
    ...places(reading, known),
    ...organisations(reading, known),
    ...addresses(reading, known),
  ]);

/**
 * The same words are a person, a place or an organisation, whichever is surest; the longer wins among equals. What an
 * address holds is part of it: a street named after somebody names nobody.
 */
function withoutRivals(found: readonly Finding[]): readonly Finding[] {
  const sorted = found.toSorted((a, b) => a.start - b.start);
  const kept: Finding[] = [];
  for (const finding of sorted) {
    const last = kept.at(-1);
    if (!last || finding.start >= last.end) kept.push(finding);
    else if (weight(finding) > weight(last)) kept[kept.length - 1] = finding;
  }
  return kept;
}

const weight = ({ score, start, end, entity }: Finding): number =>
  score + Math.min(0.2, (end - start) / 100) + (entity === 'STREET_ADDRESS' ? 1 : 0);
