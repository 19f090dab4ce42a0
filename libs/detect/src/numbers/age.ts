import type { Reading } from '../reading.js';
import type { Finding, Recogniser } from '../recogniser.js';
import { piecesOf } from './national-id.js';

/** Whole numbers that can be an age, where a piece of the text begins. */
const NUMBER = /(?=\d)(?<![\p{L}\p{N}_]|\p{N}[.,/:-])(?:1[01]\d|\d{1,2})(?![\p{N}_]|[.,:/]\p{N})/uy;

/** What follows an age, in each language: `34 years old`, `34-jährig`, `34enne`, `34-letni`. */
const AFTER =
  /(?:[ -]?years?[ -]old|[ -]?(?:y\.?\/?o\.?|yrs?\.? old)(?!\p{L})|[ -]?months?[ -]old| years of age|[ -]?Jahre alt|[ -]?jährige?[rnsm]?(?!\p{L})| Jahren alt| ans? et demi| ans d[’']âge| años de edad| anni di età|[ -]?jaar oud|[ -]?jarige?(?!\p{L})|[ -]?letni\p{L}{0,4}|[ -]?latek|enne(?!\p{L})| anos de idade)/iuy;
/** With such a unit behind the number, what stands before it decides: `aged 34`, `il a 34 ans`, `tiene 34 años`. */
const UNIT = / (?:ans|años|anni|lat|lata|jaar|Jahre|years|anos)(?!\p{L})/iuy;
const BEFORE_UNIT =
  /(?:(?<!\p{L})(?:âgée?s?|agée?) de|(?<!\p{L})(?:il|elle|qui) a|(?<!\p{L})(?:tiene|cumplió|cumple|edad de)|(?<!\p{L})(?:ha (?:compiuto )?|età di|di età)|(?<!\p{L})(?:ma|mam|miał|miała|w wieku|ukończył[a]?)|(?<!\p{L})(?:is|hij is|zij is|leeftijd van)|(?<!\p{L})(?:im Alter von|ist|wurde|wird)|(?<!\p{L})(?:turned|aged|age of|at age)|(?<!\p{L})tem) ?$/iu;
const LABEL =
  /(?<!\p{L})(?:aged?|age is|age of|Alter|âge|edad|età|leeftijd|wiek|idade|im Alter von|at the age of|turned|turning)(?: ?[:=] ?| (?:von |of |is |ist )?)$/iu;
/** Things that have years too: `aged 12 years in oak`, `warranty is 2 years`. */
const LEAST_OF_PERSON = 3;

/** How old somebody is. */
export const age: Recogniser = {
  name: 'age',
  entities: [{ name: 'AGE' }],
  find(reading): Iterable<Finding> {
    const { text } = reading;
    const findings: Finding[] = [];
    for (const index of numbersOf(reading)) {
      NUMBER.lastIndex = index;
      const number = NUMBER.exec(text)?.[0];
      if (number === undefined) continue;
      const end = index + number.length;
      const marked = matchAt(AFTER, text, end);
      const before = text.slice(Math.max(0, index - 24), index);
      const add = (to: number, score: number): void => {
        findings.push({ start: index, end: to, entity: 'AGE', score, evidence: ['pattern', 'context'] });
      };
      if (marked > 0) add(end + marked, 0.85);
      else {
        const unit = matchAt(UNIT, text, end);
        if (unit > 0 && Number(number) >= LEAST_OF_PERSON && BEFORE_UNIT.test(before)) add(end + unit, 0.65);
        else if (
          unit === 0 &&
          LABEL.test(before) &&
          !/^ ?(?:%|days?|months?|weeks?|-)/.test(text.slice(end, end + 8))
        )
          add(end, 0.75);
      }
    }
    return findings;
  },
};

/** Where a piece of a text begins with a digit. */
function* numbersOf(reading: Reading): Iterable<number> {
  for (const chain of piecesOf(reading))
    for (const { start, digits } of chain) if (digits > 0 && digits <= 3) yield start;
}

/** Length of what matches right at a position. */
function matchAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}
