import type { KnownWords } from '../names/known-words.js';
import { COMPANY, firstName, place, REGION, surname } from '../names/lexicon.js';
import type { Reading } from '../reading.js';
import type { Finding } from '../recogniser.js';
import { tag } from './tag.js';

/** A rule this sure holds where the tagger sees nothing, or something else and is less sure. */
const SURE = 0.85;
/** What a rule found is kept when the tagger holds it at least this probable. */
const POSSIBLE = 0.2;
/** What the tagger finds counts from here on; chosen on the split `tune` of the evaluation set. */
const PROBABLE = 0.6;

/** The rules' findings and the tagger's, each weighed by what the other says; in order, without overlaps. */
export function weighed(reading: Reading, known: KnownWords, rules: readonly Finding[]): readonly Finding[] {
  const { findings, probability } = tag(reading, known, rules);
  const tagged = findings
    .filter(({ entity, score }) => entity !== 'STREET_ADDRESS' && score >= PROBABLE)
    .map((finding) => asRegion(finding, reading, known))
    .filter((finding) => !isOrdinary(finding, reading, known));
  const kept: Finding[] = [];
  const beaten = new Set<Finding>();
  let next = 0;
  for (const rule of rules) {
    while ((tagged[next]?.end ?? Number.POSITIVE_INFINITY) <= rule.start) next++;
    const rivals: Finding[] = [];
    for (let at = next; (tagged[at]?.start ?? Number.POSITIVE_INFINITY) < rule.end; at++) {
      const rival = tagged[at];
      if (rival) rivals.push(rival);
    }
    const isUncontested = rivals.length === 0;
    if (
      OF_RULES.has(rule.entity) ||
      (isUncontested && (rule.score >= SURE || probability(rule) >= POSSIBLE)) ||
      (!isUncontested &&
        rule.score >= SURE &&
        rivals.every(({ entity, score }) => entity !== rule.entity && score < SURE))
    ) {
      kept.push(rule);
      for (const rival of rivals) beaten.add(rival);
    }
  }
  return [...kept, ...tagged.filter((finding) => !beaten.has(finding))].toSorted((a, b) => a.start - b.start);
}

/** Whose form only the rules know. */
const OF_RULES = new Set(['STREET_ADDRESS', 'ZIP_CODE', 'LOCATION']);

/** A country by itself that hardly anybody is called after is a place, whatever stands around it. */
function asRegion(finding: Finding, reading: Reading, { lexemes }: KnownWords): Finding {
  const at = reading.wordAt(finding.start);
  const lexeme = lexemes[at] ?? 0;
  const isRegion = (lexeme & REGION) !== 0 && firstName(lexeme) < 4 && surname(lexeme) < 5;
  return isRegion && reading.words[at]?.end === finding.end ? { ...finding, entity: 'GPE' } : finding;
}

/** A frequent word by itself is no town or firm for the tagger's guess alone: `In Progress`. */
function isOrdinary(
  { start, end, entity }: Finding,
  reading: Reading,
  { uses, lexemes }: KnownWords,
): boolean {
  const at = reading.wordAt(start);
  return (
    entity !== 'PERSON' &&
    reading.words[at]?.end === end &&
    (uses[at] ?? 0) >= 2 &&
    place(lexemes[at] ?? 0) < 4 &&
    ((lexemes[at] ?? 0) & COMPANY) === 0
  );
}
