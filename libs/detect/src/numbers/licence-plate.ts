import { OpenedPattern } from '../matches.js';
import type { Finding, Recogniser } from '../recogniser.js';
import { WordList } from '../vocabulary.js';

/** First words of labels. */
const LABEL_WORDS = new WordList(
  'license licence plate plates number vehicle registration reg tag kfz kfzkennzeichen autokennzeichen kennzeichen nummernschild ' +
    'plaque immatriculation immatricule immatriculee matricula placa targa targato targata nummerplaat tablica tablice nr numer',
);
/** Plates have no form that order numbers lack, so a word must announce one. */
const LABEL = new OpenedPattern(
  /(?<![\p{L}\p{N}])(?:licen[sc]e plate|plate (?:number|no\.?|nr\.?)|number plate|plates?|vehicle registration|registration plate|reg\.? plate|tag number|(?:Kfz-?|Auto)?Kennzeichen|Nummernschild|plaque d[’']immatriculation|immatriculation|immatriculée?|plaque|matr[ií]cula|placa|targa|targato|targata|kenteken\p{L}{0,10}|nummerplaat|tablica rejestracyjna|tablice|nr rejestracyjny|numer rejestracyjny)(?: (?:number|no\.?|nr\.?|n[°º.]|is|ist|lautet|est|es|è|to))?[ :#]{1,3}/iu,
  (word) => LABEL_WORDS.has(word) || word.folded.startsWith('kenteken'),
);
const PLATE = /[A-ZÄÖÜ0-9]{1,4}(?:[ -·]?[A-ZÄÖÜ0-9]{1,4}){0,3}(?![\p{L}\p{N}])/uy;

/** Registration marks of vehicles. */
export const licencePlate: Recogniser = {
  name: 'licence-plate',
  entities: [{ name: 'LICENSE_PLATE' }],
  *find(reading): Iterable<Finding> {
    const { text } = reading;
    if (!/\d/.test(text)) return;
    for (const { index, 0: label } of LABEL.matches(reading)) {
      const start = index + label.length;
      PLATE.lastIndex = start;
      const plate = PLATE.exec(text)?.[0] ?? '';
      const signs = plate.replaceAll(/[^\p{L}\p{N}]/gu, '');
      if (signs.length < 4 || signs.length > 9 || !/\d/.test(signs)) continue;
      if (!/\p{L}/u.test(signs) && signs.length < 5) continue;
      yield {
        start,
        end: start + plate.length,
        entity: 'LICENSE_PLATE',
        score: 0.75,
        evidence: ['pattern', 'context'],
      };
    }
  },
};
