/** Shapes of postcodes, each anchored where it is tried. Sources: the postal services' formats, as in UPU S42. */

export interface Postcode {
  readonly end: number;
  /** Nothing else is written so: no city is needed beside it. */
  readonly sure: boolean;
}

const SURE =
  /(?:(?:GIR ?0AA|[A-PR-UWYZ][A-HK-Y]?\d[\dA-HJKPSTUW]? \d[ABD-HJLNP-UW-Z]{2})|[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] \d[ABCEGHJ-NPRSTV-Z]\d)(?![\p{L}\p{N}])/uy;
const DUTCH = /[1-9]\d{3} ?[A-Z]{2}(?![\p{L}\p{N}])/uy;
const PLAIN =
  /(?:(?:D|A|CH|F|I|E|B|NL|DK|L|S|N|CZ|SK|H|SE|NO|PL)-)?(?:\d{5}-\d{3,4}|\d{2}-\d{3}|\d{4}-\d{3}|\d{3} \d{2}|\d{4,6})(?![\p{L}\p{N}])(?![.,:/-]\d)/uy;

/** The postcode that begins exactly here. */
export function postcodeAt(text: string, start: number): Postcode | null {
  for (const [shape, sure] of isDigit(text.charCodeAt(start)) ? DIGIT_SHAPES : LETTER_SHAPES) {
    shape.lastIndex = start;
    const found = shape.exec(text);
    if (found) return { end: start + found[0].length, sure };
  }
  return null;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

const DIGIT_SHAPES = [
  [DUTCH, false],
  [PLAIN, false],
] as const;
const LETTER_SHAPES = [
  [SURE, true],
  [PLAIN, false],
] as const;
