import { hashOf, hashOn } from '../hash.js';
import type { Reading } from '../reading.js';
import type { Finding } from '../recogniser.js';
import { WordList } from '../vocabulary.js';
import { HONORIFICS, MONTHS, PARTICLES, PLACE_CUES, RESIDENCE } from './cues.js';
import { firstName, lookUp, PHRASE, place, REGION, surname } from './lexicon.js';
import type { KnownWords } from './known-words.js';
import { baseForms } from './inflection.js';
import { isLegalForm, isProduct } from './surroundings.js';

/** What a place has: `the Leeds office`. */
const AREAS = new WordList(
  'office area region branch store airport station based warehouse headquarters site county city suburb district',
);
/** Places of as many words as the table has. */
const WORDS_MOST = 4;
/** What the size of a place (0 to 7) says for its being meant, as logarithm of odds. */
const SIZE = [-9, -1.8, -1.2, -0.6, 0.2, 0.9, 1.8, 2.5];
const ORDINARY = [0, 0.9, 2.2, 3.2];
/** Two-letter codes of the USPS. */
export const US_STATE =
  /^(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])$/;

/** A known place and the last word of its name. */
export interface Found {
  readonly last: number;
  readonly lexeme: number;
  /** Found by its nominative; what the declined form means otherwise does not count. */
  readonly declined?: true;
}

/** Countries, regions and cities. */
export function* places(reading: Reading, known: KnownWords): Iterable<Finding> {
  const { words } = reading;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (!word || word.shape === 'digits' || word.shape === 'alphanumeric' || word.end - word.start < 3)
      continue;
    const headed = headedAt(reading, known, at);
    if (headed) {
      yield headed.finding;
      at = headed.last;
      continue;
    }
    const found = phraseAt(reading, known, at);
    if (!found || place(found.lexeme) === 0) continue;
    const score = oddsOf(reading, known, at, found);
    if (score > 0)
      yield {
        start: word.start,
        end: words[found.last]?.end ?? word.end,
        entity: 'GPE',
        score: Math.min(0.9, 1 / (1 + Math.exp(-score))),
        evidence: ['dictionary'],
      };
    if (score > 0) at = found.last;
  }
}

/** The place whose name begins with a word. */
export function phraseAt(reading: Reading, known: KnownWords, at: number): Found | null {
  const lexeme = known.lexemes[at] ?? 0;
  return ((lexeme & PHRASE) !== 0 ? longestPhrase(reading, at) : null) ?? single(reading, known, at);
}

function single({ words }: Reading, known: KnownWords, at: number): Found | null {
  const word = words[at];
  if (!word) return null;
  const lexeme = known.lexemes[at] ?? 0;
  if (place(lexeme) > 0) return { last: at, lexeme };
  // `we Wrocławiu`, `do Warszawy`: only where a preposition says so.
  if (word.shape !== 'title' || !POLISH.has(words[at - 1])) return null;
  for (const base of baseForms(word.folded)) {
    const nominative = lookUp(hashOf(base));
    if (place(nominative) >= 4) return { last: at, lexeme: nominative, declined: true };
  }
  return null;
}

const POLISH = new WordList('w we z ze do pod kolo miasta ul');

/** The longest place of several words that begins here, each with a capital or a small word between. */
function longestPhrase({ words, text }: Reading, at: number): Found | null {
  let hash = words[at]?.hash ?? 0;
  let found: Found | null = null;
  for (let next = at + 1; next < words.length && next - at < WORDS_MOST; next++) {
    const word = words[next];
    const gap = text.slice(words[next - 1]?.end ?? 0, word?.start);
    if (!word || !(gap === ' ' || gap === '-' || gap === '. ' || gap === "'" || gap === '’')) break;
    hash = hashOn(hashOn(hash, ' '), word.folded);
    const lexeme = lookUp(hash);
    if (place(lexeme) > 0 && word.shape === words[at]?.shape) found = { last: next, lexeme };
  }
  return found;
}

/** `North Jaydenton`, `Bad Salzuflen`, `in Oberhausen`: what sounds like a place and stands like one. */
function headedAt(
  reading: Reading,
  known: KnownWords,
  at: number,
): { finding: Finding; last: number } | null {
  const { words, text } = reading;
  const word = words[at];
  if (!word || word.shape !== 'title') return null;
  const before = words[at - 1];
  if (!before) return null;
  const gap = text.slice(before.end, word.start);
  const cued = (gap === ' ' && PLACE_CUES.has(before, reading)) || gap === ', ' || gap.includes('\n');
  if (!cued) return null;
  const next = words[at + 1];
  const finding = (last: number): Finding => ({
    start: word.start,
    end: words[last]?.end ?? word.end,
    entity: 'GPE',
    score: 0.6,
    evidence: ['pattern', 'context'],
  });
  // `lives in Drachten`
  if (gap === ' ' && RESIDENCE.has(words[at - 2], reading) && !MONTHS.has(word)) {
    const last = phraseAt(reading, known, at)?.last ?? lastCapital(reading, at);
    if (last > at || (known.uses[at] ?? 0) < 2 || place(known.lexemes[at] ?? 0) > 2)
      return { finding: { ...finding(last), score: 0.9 }, last };
  }
  if (PLACE_HEADS.has(word)) {
    if (!next || next.shape !== 'title' || (known.uses[at + 1] ?? 0) > 1) return null;
    if (text.slice(word.end, next.start) !== ' ' || isLegalForm(reading, at + 1)) return null;
    const known2 = phraseAt(reading, known, at);
    return known2 && known2.last > at ? null : { finding: finding(at + 1), last: at + 1 };
  }
  const lexeme = known.lexemes[at] ?? 0;
  if (place(lexeme) > 0 || firstName(lexeme) > 3 || surname(lexeme) > 3 || (known.uses[at] ?? 0) > 0)
    return null;
  if (next && /^[ -]$/.test(text.slice(word.end, next.start)) && next.shape === 'title') return null;
  return PLACE_ENDING.test(word.folded) ? { finding: finding(at), last: at } : null;
}

/** How far words with capitals go on, over particles: `Costa de la Luz`, `De Koog`. */
function lastCapital({ words, text }: Reading, at: number): number {
  let last = at;
  for (let next = at + 1; next < words.length && next - at < WORDS_MOST; next++) {
    const word = words[next];
    if (!word || !/^(?: |-|')$/.test(text.slice(words[next - 1]?.end ?? 0, word.start))) break;
    if (word.shape === 'title') last = next;
    else if (!PARTICLES.has(word)) break;
  }
  return last;
}

const PLACE_HEADS = new WordList(
  'new north south east west port lake fort saint st san santa santo mount bad sankt ober unter neu alt gross klein las los villa castro borgo sint nieuw oud nowy nowa stary stara wielki',
);
const PLACE_ENDING =
  /.{2}(?:ton|town|ville|burgh?|berg|bury|borough|boro|port|mouth|ford|field|shire|wood|land|stead|stadt|stad|furt|dorf|heim|hausen|haven|hagen|ingen|kirchen|bach|brunn|walde|dam|veen|drecht|horst|huizen|kerk|dijk|hoek|bergen|chester|cester|ham|wick|worth|fort|mont|grad|gorod|owo|owice)$/;

function oddsOf(reading: Reading, known: KnownWords, at: number, { last, lexeme, declined }: Found): number {
  const { words, text } = reading;
  const word = words[at];
  const before = words[at - 1];
  if (!word || (last === at && HONORIFICS.has(word, reading))) return -9;
  const size = place(lexeme);
  const region = (lexeme & REGION) !== 0;
  let odds = region ? 1.8 : (SIZE[size] ?? 0);
  if (last > at) odds += 1.2;
  else {
    odds -= declined ? 0 : (ORDINARY[known.uses[at] ?? 0] ?? 0);
    if (firstName(lexeme) >= 5) odds -= 1.2;
    if (surname(lexeme) >= 5) odds -= 0.8;
    if (MONTHS.has(word)) odds -= 2;
  }
  if (word.shape === 'lower') odds -= known.letters === 'lower' && size >= 6 ? 0.8 : 4;
  if (word.shape === 'upper' && known.letters !== 'upper') odds -= 1;
  const gap = before ? text.slice(before.end, word.start) : '\n';
  if (before && gap === ' ' && PLACE_CUES.has(before, reading))
    odds += firstName(lexeme) < 4 && surname(lexeme) < 4 ? 2.1 : 1.7;
  else if (before && gap === ' ' && before.shape === 'title' && known.uses[at - 1] === 0) odds -= 1.2;
  const after = words[last + 1];
  const end = words[last]?.end ?? 0;
  if (after) {
    const tail = text.slice(end, after.start);
    if (/^,? $/.test(tail) && US_STATE.test(text.slice(after.start, after.end))) odds += 2.2;
    const follows = known.lexemes[last + 1] ?? 0;
    if (tail === ', ' && (follows & REGION) !== 0) odds += 2;
    if (tail === ' ' && (after.shape === 'title' || after.shape === 'upper')) {
      if (isLegalForm(reading, last + 1)) odds -= 5;
      else if (surname(follows) >= 4) odds -= 1;
    }
    if (tail === '-') odds -= 2;
    if (tail === ' ' && AREAS.has(after)) odds += 1.5;
  }
  // A line of its own, as in an address.
  if (gap.includes('\n') && /^,?(?:\n|$)/.test(text.slice(end, end + 2))) odds += before ? 1 : 0.3;
  if (gap === ', ') odds += 0.4;
  // `divano Sofia`
  if (before && gap === ' ' && isProduct(before, reading)) odds -= 3;
  return odds;
}
