import { fold } from '../reading.js';
import type { Evidence, Identity } from '../recogniser.js';
import { declensions } from './inflection.js';
import { addSlips } from './misspelling.js';

/** Words to be found next to each other. */
export interface Phrase {
  readonly words: readonly string[];
  readonly entity: string;
  readonly score: number;
  readonly evidence: Evidence;
  /** Counts only where a text is signed. */
  readonly signature?: true;
}

/** What a list of identities is looked for by. */
export interface Phrases {
  /** By the first word, longest first. */
  readonly byFirst: ReadonlyMap<string, readonly Phrase[]>;
  /** Every word of a phrase. */
  readonly words: ReadonlySet<string>;
  /** Declined forms, with the word that each is of. */
  readonly forms: ReadonlyMap<string, string>;
  /** Words of names with one letter left out, for `misspelt`. */
  readonly slips: ReadonlyMap<string, readonly string[]>;
}

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
/** Longer values are texts, not identities. */
const VALUE_MOST = 200;
/** Shorter parts of a name are too often ordinary words. */
const PART_LEAST = 3;
const HANDLE_LEAST = 5;
const FORM_LEAST = 4;

export function phrasesOf(identities: readonly Identity[]): Phrases {
  const byFirst = new Map<string, Phrase[]>();
  const known = new Set<string>();
  const forms = new Map<string, string>();
  const slips = new Map<string, string[]>();
  const add = (words: readonly string[], phrase: Omit<Phrase, 'words'>): void => {
    const [first] = words;
    if (first === undefined || words.join('').length < 2) return;
    const beside = byFirst.get(first) ?? [];
    beside.push({ ...phrase, words });
    byFirst.set(first, beside);
    for (const word of words) known.add(word);
  };
  for (const { entity, value, evidence = 'record' } of identities) {
    if (value.length > VALUE_MOST) continue;
    for (const written of new Set([value, transliterate(value)])) {
      const words = wordsOf(written);
      add(words, { entity, score: 0.95, evidence });
      if (entity !== 'PERSON') continue;
      for (const part of written.split(/[\s-]+/u)) {
        if ((part.match(/\p{L}/gu)?.length ?? 0) < PART_LEAST) continue;
        add(wordsOf(part), { entity, score: 0.92, evidence });
        for (const word of wordsOf(part)) {
          if (word.length >= FORM_LEAST) for (const form of declensions(word)) forms.set(form, word);
          addSlips(word, slips);
        }
      }
      for (const phrase of shortened(words)) add(phrase, { entity, score: 0.9, evidence });
      const initials = words.map((word) => word[0]).join('');
      if (words.length > 1) add([initials], { entity, score: 0.7, evidence, signature: true });
    }
  }
  for (const phrases of byFirst.values())
    phrases.sort((a, b) => b.words.length - a.words.length || b.score - a.score);
  return { byFirst, words: known, forms, slips };
}

/** `J. Müller`, `Müller, J.`, and as in handles: `jmueller`, `janmueller`, `muellerjan`. */
function shortened(words: readonly string[]): readonly (readonly string[])[] {
  const first = words[0];
  const last = words.at(-1);
  if (first === undefined || last === undefined || words.length < 2 || last.length < PART_LEAST) return [];
  const initial = first.slice(0, 1);
  const joined = [initial + last, first + last, last + first, last + initial, words.join('')];
  return [
    [initial, last],
    [last, initial],
    [...words.slice(0, -1).map((word) => word.slice(0, 1)), last],
    ...joined.filter((handle) => handle.length >= HANDLE_LEAST).map((handle) => [handle]),
  ];
}

const wordsOf = (text: string): string[] => [...text.matchAll(WORD)].map(([word]) => fold(word));

const DIGRAPHS: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa', æ: 'ae' };

/** How people write these letters on a keyboard that lacks them. */
const transliterate = (text: string): string =>
  text.normalize('NFC').replaceAll(/[äöüøåæ]/giu, (letter) => DIGRAPHS[letter.toLowerCase()] ?? letter);
