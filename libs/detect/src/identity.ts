import { fold } from './reading.js';
import type { Evidence, Finding, Recogniser } from './recogniser.js';

/** A value known from a structured field of the same record, to be found again in its texts. */
export interface Identity {
  /** What it is, for example `PERSON`. */
  readonly entity: string;
  readonly value: string;
  /** Where it is known from; the record itself when absent. */
  readonly evidence?: Evidence;
}

interface Phrase {
  readonly words: readonly string[];
  readonly entity: string;
  readonly score: number;
  readonly evidence: Evidence;
}

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
/** Words of a phrase may be joined otherwise in a text: `Lena Maria`, `Lena-Maria`, `lena.maria`. */
const GAP_MOST = 3;
/** A part of a name shorter than this is too often a word of its own. */
const PART_LEAST = 3;
/** A structured value longer than this is a text. */
const VALUE_MOST = 200;

/** Names and values of the record itself, whole or by parts of a name, whatever their case, accents and joints. */
export const identity: Recogniser = {
  name: 'identity',
  entities: [{ name: 'PERSON' }],
  *find({ words }, { identities }): Iterable<Finding> {
    const phrases = knownPhrases(identities);
    if (phrases.size === 0) return;
    for (let at = 0; at < words.length; at++) {
      const phrase = phrases.get(words[at]?.folded ?? '')?.find((candidate) =>
        candidate.words.every((word, offset) => {
          const here = words[at + offset];
          const before = words[at + offset - 1];
          return here?.folded === word && (offset === 0 || here.start - (before?.end ?? 0) <= GAP_MOST);
        }),
      );
      if (!phrase) continue;
      const last = at + phrase.words.length - 1;
      yield {
        start: words[at]?.start ?? 0,
        end: words[last]?.end ?? 0,
        entity: phrase.entity,
        score: phrase.score,
        evidence: [phrase.evidence],
      };
      at = last;
    }
  },
};

/** Phrases of a list of identities: the texts of one record are searched for the same list, one after the other. */
const known = new WeakMap<readonly Identity[], ReadonlyMap<string, readonly Phrase[]>>();

function knownPhrases(identities: readonly Identity[]): ReadonlyMap<string, readonly Phrase[]> {
  const phrases = known.get(identities) ?? phrasesOf(identities);
  known.set(identities, phrases);
  return phrases;
}

/** Phrases by their first word, longest first. */
function phrasesOf(identities: readonly Identity[]): ReadonlyMap<string, readonly Phrase[]> {
  const phrases = new Map<string, Phrase[]>();
  const add = (text: string, entity: string, score: number, evidence: Evidence): void => {
    for (const written of new Set([text, transliterate(text)])) {
      const words = [...written.matchAll(WORD)].map(([word]) => fold(word));
      const [first] = words;
      if (first === undefined || words.join('').length < 2) continue;
      const beside = phrases.get(first) ?? [];
      phrases.set(first, [...beside, { words, entity, score, evidence }]);
    }
  };
  for (const { entity, value, evidence = 'record' } of identities) {
    if (value.length > VALUE_MOST) continue;
    add(value, entity, 0.95, evidence);
    if (entity !== 'PERSON') continue;
    for (const part of value.split(/[\s-]+/u)) {
      if ((part.match(/\p{L}/gu)?.length ?? 0) >= PART_LEAST) add(part, entity, 0.92, evidence);
    }
  }
  for (const [first, list] of phrases) {
    phrases.set(
      first,
      list.toSorted((a, b) => b.words.length - a.words.length || b.score - a.score),
    );
  }
  return phrases;
}

const DIGRAPHS: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa', æ: 'ae' };

/** How people write these letters on a keyboard that lacks them. */
const transliterate = (text: string): string =>
  text.normalize('NFC').replaceAll(/[äöüøåæ]/giu, (letter) => DIGRAPHS[letter.toLowerCase()] ?? letter);
