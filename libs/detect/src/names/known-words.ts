import { LANGUAGES, type Languages } from '../languages.js';
import { lookUp, use, USES, type Lexeme } from './lexicon.js';
import { Reading } from '../reading.js';

/** The words of a text with what the lexicon knows of each, in the language that the text seems to be in. */
export interface KnownWords {
  readonly lexemes: Int32Array;
  /** How common each word is in the text's language, 0 to 3. */
  readonly uses: Uint8Array;
  /** The languages that the text may be in: all that it is read in when its words do not tell. */
  readonly languages: Languages;
  /** How the text is written: a text without capitals shows no name by a capital. */
  readonly letters: 'mixed' | 'lower' | 'upper';
  /** A capital inside a sentence says that a word is a name: not so in German, nor in headlines. */
  readonly capitalsTell: boolean;
  /** Nothing but words with capitals, as in a title, a menu or a list of products. */
  readonly headline: boolean;
}

/** Worked out once for all recognisers of a reading. */
export const knownWords = Reading.once(lookAt);

/** Words by which a language is guessed; more of them tell no more. */
const GUESS_MOST = 300;
/** A language is possible when this share of the most likely one's evidence speaks for it. */
const POSSIBLE = 0.85;

function lookAt({ words, languages: read }: Reading): KnownWords {
  const lexemes = new Int32Array(words.length);
  const weights = new Float64Array(LANGUAGES.length);
  let lower = 0;
  let capital = 0;
  let upper = 0;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (!word || word.shape === 'digits') continue;
    const lexeme = lookUp(word.hash);
    lexemes[at] = lexeme;
    if (word.shape === 'lower') lower++;
    else if (word.shape === 'title' || word.shape === 'mixed') capital++;
    else if (word.shape === 'upper' && word.folded.length > 2) upper++;
    if ((lexeme & USES) === 0 || at > GUESS_MOST || word.shape === 'title') continue;
    for (let language = 0; language < LANGUAGES.length; language++)
      if ((read & (1 << language)) !== 0)
        weights[language] = (weights[language] ?? 0) + (WEIGHT[use(lexeme, language)] ?? 0);
  }
  const most = Math.max(...weights);
  const possible = [...weights.keys()].filter(
    (language) => (read & (1 << language)) !== 0 && (weights[language] ?? 0) >= most * POSSIBLE,
  );
  const uses = new Uint8Array(words.length);
  for (let at = 0; at < words.length; at++) {
    const lexeme = lexemes[at] ?? 0;
    if ((lexeme & USES) !== 0) uses[at] = most > 1 ? mostUsed(lexeme, possible) : secondUse(lexeme, read);
  }
  const letters =
    capital === 0 && upper === 0 && lower > 0
      ? 'lower'
      : upper > 0 && lower + capital < upper / 3
        ? 'upper'
        : 'mixed';
  const capitalsTell = lower * 1.5 > capital && most > 1 && !possible.includes(GERMAN);
  const languages = most > 1 ? possible.reduce((bits, language) => bits | (1 << language), 0) : read;
  return { lexemes, uses, languages, letters, capitalsTell, headline: lower === 0 && capital > 0 };
}

/** What a word of each commonness says for a language. */
const WEIGHT: readonly number[] = [0, 0.2, 1, 2];

const GERMAN = LANGUAGES.indexOf('de');

/** Without a sentence around it, a word must be one in two languages to count as such. */
function secondUse(lexeme: Lexeme, languages: Languages): number {
  let most = 0;
  let second = 0;
  for (let language = 0; language < LANGUAGES.length; language++) {
    const here = (languages & (1 << language)) === 0 ? 0 : use(lexeme, language);
    if (here > most) [most, second] = [here, most];
    else if (here > second) second = here;
  }
  return Math.max(second, most - 1);
}

function mostUsed(lexeme: Lexeme, languages: readonly number[]): number {
  let most = 0;
  for (const language of languages) most = Math.max(most, use(lexeme, language));
  return most;
}
