import type { Reading } from '../reading.js';
import type { Evidence, Finding } from '../recogniser.js';
import { WordList } from '../vocabulary.js';
import type { Candidate } from './candidates.js';
import { MONTHS, PARTICLES } from './cues.js';
import { isNeighbourProduct, supportBefore, supportAfter } from './surroundings.js';
import { COMPANY, firstName, NATIONALITY, place, REGION, surname } from './lexicon.js';
import type { KnownWords } from './known-words.js';

/*
 * Names are found by the cheapest path through the candidates of a text, each a first name, a surname or neither. All
 * numbers are natural logarithms of odds, set by hand: the sum of a name's words and surroundings, through the logistic
 * function, is its score. A path costs constant time per candidate, so the whole is linear.
 */

/** What a word's frequency as a first name (0 to 7) says for its being one. */
const GIVEN = [-1.3, -0.6, -0.1, 0.4, 1, 1.6, 2.2, 2.8];
const FAMILY = [-1, -0.4, 0, 0.4, 0.8, 1.4, 2, 2.4];
/** What its commonness as an ordinary word (0 to 3) says against it. */
const ORDINARY = [0, 0.7, 1.6, 2.4];
/** A word that no list has, with a capital: many names are such words. */
const UNKNOWN = -0.2;
const START_GIVEN = -1.2;
const START_FAMILY = -1.7;
const AFTER_GIVEN = { space: 1.5, particle: 1.8, hyphen: 1, none: 0 };
const LONE_INITIAL = -3;
/** What a field of the record says is surer than any guess. */
const SURE_MOST = 0.9;

/** No name has more words. A longer run is taken apart, so that its time stays linear. */
const RUN_MOST = 12;

interface Path {
  readonly score: number;
  /** Index of the first candidate of the name that the path ends in. */
  readonly from: number;
  readonly length: number;
  readonly cued: boolean;
}

const DEAD: Path = { score: Number.NEGATIVE_INFINITY, from: 0, length: 0, cued: false };

/** Names of people among the candidates. */
export function people(
  reading: Reading,
  known: KnownWords,
  candidates: readonly Candidate[],
): readonly Finding[] {
  const found: Finding[] = [];
  let from = 0;
  while (from < candidates.length) {
    let to = from + 1;
    while (to < candidates.length && to - from < RUN_MOST && candidates[to]?.link !== 'none') to++;
    findInRun(reading, known, candidates.slice(from, to), found);
    from = to;
  }
  return found;
}

/** A run hangs together without a break; it holds one name, seldom more. */
function findInRun(reading: Reading, known: KnownWords, run: readonly Candidate[], found: Finding[]): void {
  let given = DEAD;
  let family = DEAD;
  /** The best name that ends at or before each candidate, to be read out from the end of a run. */
  let path = DEAD;
  let score = 0;
  let to = 0;
  for (let index = 0; index < run.length; index++) {
    const candidate = run[index];
    if (!candidate) break;
    const [asGiven, asFamily] = wordScores(reading, known, candidate, run.length);
    const support = supportBefore(reading, candidate.at, known);
    const opened = support + alone(known, candidate);
    const { link } = candidate;
    const nextGiven = better(
      { score: START_GIVEN + asGiven + opened, from: index, length: 1, cued: support >= 2 },
      given,
      asGiven + (link === 'particle' ? -1 : 0.5),
      family,
      asGiven + (link === 'particle' ? -2 : 0.2),
    );
    const nextFamily = better(
      { score: START_FAMILY + asFamily + opened, from: index, length: 1, cued: support >= 2 },
      given,
      asFamily + AFTER_GIVEN[link],
      family,
      asFamily + (link === 'particle' || link === 'hyphen' ? 0.8 : 0.1),
    );
    given = nextGiven;
    family = nextFamily;
    const ending = supportAfter(reading, known, candidate.at, run[index + 1]);
    const only = candidate.initial || isParticle(reading, candidate) ? LONE_INITIAL : 0;
    const endsGiven = given.score + ending + (given.length === 1 ? only : 0);
    const endsFamily = family.score + ending + (family.length === 1 ? only : 0);
    const most = Math.max(endsGiven, endsFamily);
    if (most > score) {
      path = endsFamily > endsGiven ? family : given;
      score = most;
      to = index;
    }
  }
  if (path === DEAD) return;
  if (path.from > 0) findInRun(reading, known, run.slice(0, path.from), found);
  const first = run[path.from];
  const last = run[to];
  if (first && last && !isNeighbourProduct(reading, known, first.at, last.at, path.cued)) {
    const start = withParticles(reading, first.at, path.cued);
    found.push({
      start,
      end: reading.words[last.at]?.end ?? start,
      entity: 'PERSON',
      score: Math.min(SURE_MOST, 1 / (1 + Math.exp(-score))),
      evidence: (path.cued ? ['dictionary', 'context'] : ['dictionary']) satisfies Evidence[],
    });
  }
  if (to + 1 < run.length) findInRun(reading, known, run.slice(to + 1), found);
}

const isParticle = ({ words }: Reading, { at }: Candidate): boolean => PARTICLES.has(words[at]);

/** The best path to a word: a name that begins with it, or one that goes on, at what the step adds. */
function better(start: Path, given: Path, afterGiven: number, family: Path, afterFamily: number): Path {
  const overGiven = given.score + afterGiven;
  const overFamily = family.score + afterFamily;
  const score = Math.max(overGiven, overFamily);
  if (score <= start.score) return start;
  const { from, length, cued } = overFamily > overGiven ? family : given;
  return { score, from, length: length + 1, cued };
}

/** What a word says for its being a first name and a surname. */
function wordScores(
  { words, text }: Reading,
  known: KnownWords,
  { at, initial, lower }: Candidate,
  run: number,
): readonly [number, number] {
  const word = words[at];
  // `O’Brien` against `J. Smith`
  if (initial) return /['’]/.test(text[word?.end ?? 0] ?? '') ? [0.6, -1] : [-0.4, -1.5];
  const folded = word?.folded ?? '';
  const lexeme = known.lexemes[at] ?? 0;
  if (PARTICLES.has(word) && run > 1) return [-0.8, -0.6];
  const plain = (ORDINARY[known.uses[at] ?? 0] ?? 0) * (isInsideSentence(words, at, known) ? 0.55 : 1);
  let against = plain;
  if (lower) against += known.letters === 'lower' ? 0.6 : 1.6;
  if (word?.shape === 'upper' && known.letters !== 'upper') against += 0.4;
  if (word?.shape === 'mixed' && lexeme === 0) against += folded.startsWith('mc') ? 0 : 1;
  if (MONTHS.has(word)) against += 2;
  if ((lexeme & NATIONALITY) !== 0) against += 1.5;
  if (lexeme === 0) return [UNKNOWN - against - 0.4, UNKNOWN - against];
  // An ordinary word that hardly anybody is called.
  const never = (level: number): number => (plain > 0 && level < 2 ? 1.5 : 0);
  const [first, last] = [firstName(lexeme), surname(lexeme)];
  return [(GIVEN[first] ?? 0) - against - never(first), (FAMILY[last] ?? 0) - against - never(last)];
}

/** A capital where only names have one. */
function isInsideSentence(words: Reading['words'], at: number, known: KnownWords): boolean {
  if (!known.capitalsTell) return false;
  // The word before, or the one before that where this one goes on with a name.
  const before = words[at - 1];
  const first = before?.shape === 'title' ? at - 1 : at;
  const opening = words[first - 1];
  return opening?.shape === 'lower' && words[first]?.start === opening.end + 1;
}

/** What speaks against a name that begins with this word, however it goes on. */
function alone(known: KnownWords, { at }: Candidate): number {
  const lexeme = known.lexemes[at] ?? 0;
  const city = place(lexeme) > 3 ? (place(lexeme) - 3) * 0.4 : 0;
  const firm = (lexeme & COMPANY) !== 0 && surname(lexeme) < 6 ? 1.2 : 0;
  const title = known.headline ? 0.8 : 0;
  return -city - firm - title - ((lexeme & REGION) !== 0 ? 2 : 0);
}

/** A surname by itself keeps its particles: `Herr von Ahnen`. */
function withParticles({ words, text }: Reading, at: number, cued: boolean): number {
  let first = at;
  while (first > 0 && at - first < 3) {
    const before = words[first - 1];
    if (!before || before.shape !== 'lower' || !(cued ? PARTICLES : NOBLE).has(before)) break;
    if (text.slice(before.end, words[first]?.start) !== ' ') break;
    first--;
  }
  return words[first]?.start ?? 0;
}

/** Particles that are no ordinary word in front of a name by itself, or seldom so. */
const NOBLE = new WordList('van vom ter ten ibn al');
