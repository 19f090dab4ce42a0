import type { Finding, Identity, Recogniser } from '../recogniser.js';
import type { Word } from '../reading.js';
import { knownWords } from './known-words.js';
import { phrasesOf, type Phrases } from './identity-phrases.js';
import { misspelt } from './misspelling.js';

/** Words of a phrase may be joined otherwise in a text: `Lena Maria`, `Lena-Maria`, `lena.maria`. */
const GAP_MOST = 3;
/** Off the surest score for what is written otherwise than in the field. */
const FOR_A_FORM = 0.05;
const FOR_A_SLIP = 0.15;

/** Finds the record's own people and companies in its texts: no dictionary knows them better. */
export const identity: Recogniser = {
  name: 'identity',
  entities: [{ name: 'PERSON' }],
  *find(reading, { identities }): Iterable<Finding> {
    if (identities.length === 0) return;
    const phrases = knownPhrases(identities);
    if (phrases.byFirst.size === 0) return;
    const { words, text } = reading;
    const slips = phrases.slips.size > 0 ? knownWords(reading).uses : null;
    const named = words.map((word, at) => baseOf(word, phrases, (slips?.[at] ?? 1) === 0));
    for (let at = 0; at < words.length; at++) {
      const phrase = phrases.byFirst.get(named[at]?.base ?? '')?.find((candidate) =>
        candidate.words.every((base, offset) => {
          const here = words[at + offset];
          const before = words[at + offset - 1];
          return (
            here !== undefined &&
            named[at + offset]?.base === base &&
            (offset === 0 || here.start - (before?.end ?? 0) <= GAP_MOST)
          );
        }),
      );
      const first = words[at];
      if (!phrase || !first || (phrase.signature === true && !isSignature(text, first))) continue;
      const last = at + phrase.words.length - 1;
      let off = 0;
      for (let word = at; word <= last; word++) off = Math.max(off, named[word]?.off ?? 0);
      yield {
        start: first.start,
        end: words[last]?.end ?? first.end,
        entity: phrase.entity,
        score: phrase.score - off,
        evidence: [phrase.evidence],
      };
      at = last;
    }
  },
};

/** The word of the record that a word of the text is a form of, and what that takes off the score. */
function baseOf(word: Word, phrases: Phrases, unknown: boolean): { base: string; off: number } {
  const { folded } = word;
  if (phrases.words.has(folded)) return { base: folded, off: 0 };
  // `amueller23`
  const handle = word.shape === 'alphanumeric' ? folded.replace(/\d+$/, '') : folded;
  if (handle !== folded && phrases.words.has(handle)) return { base: handle, off: FOR_A_FORM };
  const form = phrases.forms.get(folded);
  if (form !== undefined) return { base: form, off: FOR_A_FORM };
  const slip = unknown && word.shape !== 'digits' ? misspelt(folded, phrases.slips) : null;
  return slip === null ? { base: folded, off: 0 } : { base: slip, off: FOR_A_SLIP };
}

/** Initials by themselves: in capitals, on a line of their own or after a slash or a dash. */
function isSignature(text: string, { start, end, shape }: Word): boolean {
  if (shape !== 'upper') return false;
  return (
    /(?:^|[\n/–-] ?)$/.test(text.slice(Math.max(0, start - 2), start)) &&
    /^\s*(?:$|\n)/.test(text.slice(end, end + 4))
  );
}

/** Phrases of a list of identities: the texts of one record are searched for the same list, one after the other. */
const known = new WeakMap<readonly Identity[], Phrases>();

function knownPhrases(identities: readonly Identity[]): Phrases {
  const phrases = known.get(identities) ?? phrasesOf(identities);
  known.set(identities, phrases);
  return phrases;
}
