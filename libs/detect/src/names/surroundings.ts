import type { Reading, Word } from '../reading.js';
import { WordList } from '../vocabulary.js';
import type { Candidate } from './candidates.js';
import {
  ARTICLES,
  DEEDS,
  GREETINGS,
  HONORIFICS,
  INTRODUCTIONS,
  LEGAL_FORMS,
  MONTHS,
  PARTICLES,
  PRODUCTS,
  ROLES,
  STRICT_FORMS,
  WEAK_HONORIFICS,
} from './cues.js';
import { firstName, surname } from './lexicon.js';
import type { KnownWords } from './known-words.js';

/** Whether the word is a form of address: some are so only with a capital or a full stop. */
export function isHonorific(reading: Reading, at: number): boolean {
  const { words, text } = reading;
  const word = words[at];
  if (!word) return false;
  // `Sig.ra`, `Dott.ssa`
  const italian = (word.folded === 'ra' || word.folded === 'ssa') && text[word.start - 1] === '.';
  if (italian) return HONORIFICS.has(words[at - 1], reading);
  if (!HONORIFICS.has(word, reading)) return false;
  if (word.folded === 'm') return text[word.end] === '.' && word.shape !== 'lower';
  return !WEAK_HONORIFICS.has(word) || word.shape !== 'lower' || text[word.end] === '.';
}

/** Legal forms that are written with full stops, which take them apart into words. */
const DOTTED_FORM =
  /(?:S\. ?r\. ?l|S\. ?p\. ?A|S\. ?A\. ?(?:S|R\. ?L|U)?|S\. ?L\. ?(?:U|N\. ?E)?|S\. ?n\. ?c|S\. ?a\. ?s|S\. ?C\. ?|B\. ?V|N\. ?V|V\. ?O\. ?F|e\. ?K|e\. ?V|e\. ?G|Sp\. ?z ?o\. ?o|z ?o\. ?o|S\. ?K|L\. ?L\. ?[CP]|P\. ?L\. ?C|d\. ?o\. ?o|A\. ?G|K\. ?G)\.?(?![\p{L}\p{N}])/uy;

/** Those that are written in small letters too, and are no other word. */
const SMALL_FORMS = new WordList('plc gmbh llc sarl');

/** The last word of the legal form that begins with a word; null when none does. */
export function legalFormAt(reading: Reading, at: number): number | null {
  const { words, text } = reading;
  const word = words[at];
  if (!word) return null;
  if (word.end - word.start <= 2 && (text[word.end] === '.' || word.folded === 'z' || word.folded === 'sp')) {
    DOTTED_FORM.lastIndex = word.start;
    const form = DOTTED_FORM.exec(text)?.[0];
    if (form !== undefined) return reading.wordAt(word.start + form.length) - 1;
  }
  if (word.shape === 'lower') return SMALL_FORMS.has(word) ? at : null;
  if (!LEGAL_FORMS.has(word)) return null;
  return !STRICT_FORMS.has(word) || word.shape === 'upper' ? at : null;
}

/** Whether the word says that the words before it name an organisation. */
export const isLegalForm = (reading: Reading, at: number): boolean => legalFormAt(reading, at) !== null;

/** What the words before a candidate say for a name that begins there. */
export function supportBefore(reading: Reading, at: number, known: KnownWords): number {
  const { words, text } = reading;
  const word = words[at];
  const before = words[at - 1];
  if (!word) return 0;
  if (!before) return (known.uses[at] ?? 0) > 0 && word.folded.length > 1 && words.length > 4 ? -0.4 : 0.4;
  const gap = text.slice(before.end, word.start);
  if (gap.length > 4) return 0;
  if (isHonorific(reading, at - 1) && /^\.? ?$/.test(gap)) return 4;
  // `Frau von der Leyen`, `mevrouw de Bruijn`
  for (let back = at - 1; back > 0 && at - back < 4 && PARTICLES.has(words[back]); back--)
    if (isHonorific(reading, back - 1)) return 4;
  const newLine = gap.includes('\n');
  if (GREETINGS.has(before, reading) && /^,?[ \u00a0]?$/.test(gap))
    return before.shape === 'lower' ? 1.2 : 2.6;
  // `Thanks! Gallagher signed`, and not `Thanks! Please sign`.
  if (gap === '! ' && GREETINGS.has(before, reading) && (known.uses[at] ?? 0) === 0) return 1;
  const introduced =
    INTRODUCTIONS.has(before, reading) ||
    (INTRODUCTION_ENDS.has(before) &&
      INTRODUCTIONS.hasText(`${words[at - 2]?.folded ?? ''}_${before.folded}`, reading));
  if (introduced && (/^[ :,.\n\r-]{1,4}$/.test(gap) || gap === ', ')) return newLine ? 3 : 2.4;
  if (newLine) return 0.4;
  if (/[.!?]/.test(gap)) return (known.uses[at] ?? 0) > 0 ? -0.6 : 0;
  if (/^[:] ?$/.test(gap)) return 0.8;
  if (gap !== ' ' && gap !== '\u00a0') return 0;
  if (before.shape === 'digits') return -1.5;
  if (before.folded === 'x') return -3;
  if (NUMBERS.has(before)) return -1;
  if (before.folded === 'in' || before.folded === 'w') return -1.5;
  if (ROLES.has(before, reading)) return 0.8;
  if (ARTICLES.has(before, known)) return known.letters === 'lower' ? -0.5 : -1.6;
  // `Canapé Oslo`, `Caldaia Vega`: a thing with a capital, and what it is called.
  if (before.shape === 'title' && (known.uses[at - 1] ?? 0) >= 2 && at > 1) return -0.7;
  return 0;
}

/** Last words of the introductions of two. */
const INTRODUCTION_ENDS = new WordList(
  [...INTRODUCTIONS].map((words) => words.slice(words.indexOf('_') + 1)).join(' '),
);
const NUMBERS = new WordList(
  'two three four five six zwei drei vier funf sechs deux trois quatre dos tres cuatro due tre quattro twee drie vier dwa trzy',
);

/** What the words after a candidate say for a name that ends there. */
export function supportAfter(
  reading: Reading,
  known: KnownWords,
  at: number,
  next: Candidate | undefined,
): number {
  const { words, text } = reading;
  const word = words[at];
  const after = words[at + 1];
  if (!word) return 0;
  const tail = text.slice(word.end, word.end + 2);
  if (tail === '' || tail.startsWith('\n') || tail === ',\n') return 0.4;
  if (!after) return 0;
  if (/^['’]s/.test(tail)) return 0.6;
  const gap = text.slice(word.end, after.start);
  if (next) {
    // What goes on with a capital and is no name: `Emma Matratze`, `Anna-Projekt`.
    if (next.link === 'hyphen') return -3;
    const lexeme = known.lexemes[next.at] ?? 0;
    const stops = (known.uses[next.at] ?? 0) >= 2 && firstName(lexeme) < 5 && surname(lexeme) < 5;
    return isLegalForm(reading, next.at) ? -4 : stops ? -0.8 : 0;
  }
  if (gap === '-') return -2.5;
  if (gap !== ' ') return 0;
  if (DEEDS.has(after, reading)) return 0.9;
  if (after.shape === 'digits' || after.shape === 'alphanumeric') return -2.5;
  // `Bill of lading`, `Mark as read`
  return (known.uses[at] ?? 0) > 0 && after.shape === 'lower' ? (OBJECTS.has(after) ? -2.5 : -0.2) : 0;
}

/** Behind a word that is a name too, these go on with it as a word. */
const OBJECTS = new WordList('of as up off out the it this all your my our them a an');

/** Things in the plural too: chairs, Matratzen. */
export const isProduct = (word: Word, reading: Reading): boolean =>
  PRODUCTS.has(word, reading) ||
  (/[sn]$/.test(word.folded) && PRODUCTS.hasText(word.folded.slice(0, -1), reading));

/** Whether a name is that of a thing: a product, a project or a brand is named beside it. */
export function isNeighbourProduct(
  reading: Reading,
  known: KnownWords,
  from: number,
  to: number,
  cued: boolean,
): boolean {
  const { words, text } = reading;
  if (isLegalForm(reading, to + 1) && /^,? $/.test(text.slice(words[to]?.end ?? 0, words[to + 1]?.start)))
    return true;
  if (cued || to - from > 1) return false;
  const near = (at: number, left: number, right: number): boolean => {
    const word = words[at];
    return (
      word !== undefined && isProduct(word, reading) && /^[ "„“”'«»‘’-]{1,2}$/.test(text.slice(left, right))
    );
  };
  const start = words[from]?.start ?? 0;
  const end = words[to]?.end ?? 0;
  if (near(from - 1, words[from - 1]?.end ?? 0, start)) return true;
  if (near(to + 1, end, words[to + 1]?.start ?? 0)) return true;
  return MONTHS.has(words[from]) && from === to && known.letters !== 'lower' && !cued;
}
