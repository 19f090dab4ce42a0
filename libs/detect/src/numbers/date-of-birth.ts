import { OpenedPattern } from '../matches.js';
import type { Reading } from '../reading.js';
import type { Finding, Recogniser } from '../recogniser.js';
import { WordList } from '../vocabulary.js';
import { CONTEXT, contextAround, contextBefore, speaksOf, speaksOfSomethingElse } from './context.js';
import { DATE, isDay } from './date-form.js';

CONTEXT.add(
  'born|birth|birthday|birthdate|birth date|dob|date of birth|bday|b day|geb|geboren|geburtsdatum|geburtstag|geburts*|naissance|anniversaire|ne le|nee le|' +
    'date de naissance|nacido|nacida|nacio|nacimiento|cumpleanos|fecha de nacimiento|nato|nata|nascita|compleanno|data di nascita|geboorte*|' +
    'geboortedatum|verjaardag|urodz*|urodziny|urodzony|urodzona|data urodzenia|nascimento|nascido|nascida|fodt|fodd|syntynyt|生年月日|생년월일',
  'DATE_OF_BIRTH',
);

/** Words of a birthday that are other words too, and count only as `RIGHT_BEFORE` or `YEAR` have them. */
const DOUBTFUL = new WordList('ne nee ur jahrgang');

/** The same right behind a number, with which they are one word: `1990née`. */
const DOUBTFUL_BEHIND_DIGIT = /\p{N}(?:nee?|ur|jahrgang)$/u;

/** How many words may stand between: `born in Rome on the 3rd of March 1980`. */
const WORDS_MOST = 6;
/** French `né`, which without its accent is another word, and the star of genealogists. */
const RIGHT_BEFORE = /(?:(?<!\p{L})née?(?:\(e\))? ?:?|\*|(?<!\p{L})ur\.) ?$/iu;
/** First words of a year of birth. */
const YEAR_WORDS = new WordList('born geboren jahrgang ne nee nacido nacida nato nata urodzony urodzona');
const YEAR = new OpenedPattern(
  /(?<![\p{L}\p{N}])(?:born in|geboren|jahrgang|née? en|nacid[oa] en|nat[oa] nel|geboren in|urodzon[ya] w)(?: (?:the year|19\d\d und))? ((?:19|20)\d{2})(?![\p{N}.-]|\p{L})/iu,
  (word) => YEAR_WORDS.has(word),
);

/** A date is personal where it is somebody's birthday, so a word must say that it is one. */
export const dateOfBirth: Recogniser = {
  name: 'date-of-birth',
  entities: [{ name: 'DATE_OF_BIRTH' }],
  find(reading): Iterable<Finding> {
    const { text } = reading;
    const findings: Finding[] = [];
    if (!/\d{2}/.test(text) || !maySpeakOfBirth(reading)) return findings;
    const add = (start: number, end: number, score: number): void => {
      findings.push({ start, end, entity: 'DATE_OF_BIRTH', score, evidence: ['pattern', 'context'] });
    };
    let previous = 0;
    for (const { index, 0: found } of text.matchAll(DATE)) {
      if (!isDay(found)) continue;
      const end = index + found.length;
      const around = contextAround(reading, contextBefore(reading, index), end);
      const distance = around.distances.get('DATE_OF_BIRTH') ?? Number.POSITIVE_INFINITY;
      // "born 3.4.1980, visited 12.11.2026": the word speaks of the first of them.
      const isSecond = previous > 0 && reading.wordAt(index) - reading.wordAt(previous) < distance;
      previous = end;
      if (RIGHT_BEFORE.test(text.slice(Math.max(0, index - 8), index))) add(index, end, 0.85);
      else if (distance <= WORDS_MOST && !isSecond && !speaksOfSomethingElse(around, distance))
        add(index, end, distance <= 3 ? 0.95 : 0.8);
    }
    for (const { index, 0: found, 1: year = '' } of YEAR.matches(reading))
      add(index + found.length - year.length, index + found.length, 0.7);
    return findings;
  },
};

/** Most texts tell nobody's birthday, and their dates need no look. */
const maySpeakOfBirth = (reading: Reading): boolean =>
  speaksOf(reading, 'DATE_OF_BIRTH') ||
  reading.text.includes('*') ||
  reading.words.some((word) => DOUBTFUL.has(word) || DOUBTFUL_BEHIND_DIGIT.test(word.folded));
