/** Months in English, German, French, Spanish, Italian, Dutch, Polish and Portuguese, by how their names begin. */
const MONTHS =
  'jan|janv|feb|f[ée]v|febr|mar[zsçct]?|mär|mrz|mrt|maa|apr|avr|abr|kwi|mai|may|mei|mag|maj|giu|jun|juin|juil|jui|jul|lug|lip|aug|ao[uû]|ago|sie|' +
  'sep|set|wrz|o[ck]t|ott|out|pa[źz]|nov|lis|de[czk]|d[ée]c|dic|dez|gru|gen|ene|sty|lut|cze';
const MONTH = String.raw`(?:${MONTHS})\p{L}{0,8}\.?`;
const YEAR = String.raw`(?:18|19|20)\d{2}`;
const DAY = String.raw`(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|er|º|ª|\.)?`;

/** A day of a year, in figures or with the name of its month. */
const DATES = [
  String.raw`${YEAR}[-./]\d{1,2}[-./]\d{1,2}`,
  String.raw`\d{1,2}[-./] ?\d{1,2}[-./] ?(?:${YEAR}|\d{2})`,
  String.raw`${DAY}[ -](?:de |of |d[’'])?${MONTH},?[ -](?:de |del |of )?${YEAR}`,
  String.raw`${MONTH} ${DAY},? ${YEAR}`,
].join('|');

/** Nothing that continues a word or a number: `1.2.2026.4` is a version. */
const BEFORE = String.raw`(?<![\p{L}\p{N}_]|\p{N}[.,/:-])`;
const AFTER = String.raw`(?![\p{L}\p{N}_]|[./:-]\p{N})`;

/** Days of a year, anywhere in a text. */
export const DATE = new RegExp(`${BEFORE}(?:${DATES})${AFTER}`, 'giu');

const TIME = String.raw`(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?(?: ?[ap]\.?m\.?| Uhr|h)?`;

/** Days, times of day, both together (ISO 8601 and as people write them), and months of a year. */
export const DATE_OR_TIME = new RegExp(
  `${BEFORE}(?:(?:${DATES})(?:T|,? (?:at |um |à |a las |alle |om |o )?)${TIME}(?:Z| ?[+-]\\d{2}:?\\d{2})?|(?:${DATES})|${TIME}|${MONTH} ${YEAR}|${DAY}[ -](?:de |of )?${MONTH}|${MONTH} ${DAY}(?! ?[%€$]))${AFTER}`,
  'giu',
);

/** Whether the figures of a date can be a day: no month 14, no day 45, in one order or the other. */
export function isDay(date: string): boolean {
  const [a = 0, b = 0, c] = date.split(/[-./] ?/).map(Number);
  if (c === undefined || Number.isNaN(a + b + c)) return true;
  const [first, second] = a > 31 ? [b, c] : [a, b];
  return first >= 1 && second >= 1 && first <= 31 && second <= 31 && Math.min(first, second) <= 12;
}
