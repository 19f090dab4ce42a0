import type { Finding, Recogniser } from '../recogniser.js';
import { piecesOf } from './token.js';

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
    for (const chain of piecesOf(reading))
      for (const { start, digits } of chain) {
        const finding = digits > 0 && digits <= 3 ? findingAt(text, start) : undefined;
        if (finding) findings.push(finding);
      }
    return findings;
  },
};

/** The age that is told by the number that begins here. */
function findingAt(text: string, start: number): Finding | undefined {
  const length = matchAt(NUMBER, text, start);
  if (length === 0) return undefined;
  const end = start + length;
  const found = (to: number, score: number): Finding => ({
    start,
    end: to,
    entity: 'AGE',
    score,
    evidence: ['pattern', 'context'],
  });
  const marked = matchAt(AFTER, text, end);
  if (marked > 0) return found(end + marked, 0.85);
  const before = text.slice(Math.max(0, start - 24), start);
  const unit = matchAt(UNIT, text, end);
  if (unit > 0)
    return Number(text.slice(start, end)) >= LEAST_OF_PERSON && BEFORE_UNIT.test(before)
      ? found(end + unit, 0.65)
      : undefined;
  if (!LABEL.test(before) || /^ ?(?:%|days?|months?|weeks?|-)/.test(text.slice(end, end + 8)))
    return undefined;
  return found(end, 0.75);
}

/** Length of what matches right at a position. */
function matchAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex - at : 0;
}
