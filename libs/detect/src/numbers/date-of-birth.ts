import { hasContext, type Finding, type Recogniser } from '../recogniser.js';

const MONTHS =
  'jan|feb|f[ée]v|m[aä]r|mrz|maa|apr|avr|abr|ma[iyj]|mei|mag|giu|jun|juin|jui|jul|lug|aug|ao[uû]|ago|sep|set|o[ck]t|ott|nov|de[czk]|d[ée]c|dic|gen|ene';
const CANDIDATE = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:(?:19|20)\d{2}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./] ?\d{1,2}[-./] ?(?:19|20)?\d{2}` +
    String.raw`|\d{1,2}\.? (?:de )?(?:${MONTHS})\p{L}{0,8}\.?,? (?:de )?(?:19|20)\d{2}` +
    String.raw`|(?:${MONTHS})\p{L}{0,8}\.? \d{1,2},? (?:19|20)\d{2})(?![\p{L}\p{N}])`,
  'giu',
);
const CONTEXT =
  /\b(?:born|birth|d\.?o\.?b|geb(?:oren|urt|\.)?|n[ée]e?(?!\p{L})|naissance|nacid|nacimiento|nat[oa]\b|nascita|geboorte|urodz|ur\.)/iu;

/** A date is personal where it is somebody's birthday, so a word must say that it is one. */
export const dateOfBirth: Recogniser = {
  name: 'date-of-birth',
  entities: [{ name: 'DATE_OF_BIRTH' }],
  *find(reading): Iterable<Finding> {
    for (const { index, 0: found } of reading.text.matchAll(CANDIDATE)) {
      if (hasContext(reading, index, CONTEXT))
        yield {
          start: index,
          end: index + found.length,
          entity: 'DATE_OF_BIRTH',
          score: 0.85,
          evidence: ['pattern', 'context'],
        };
    }
  },
};
