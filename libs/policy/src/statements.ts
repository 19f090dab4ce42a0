/** One policy's text, and the line of the whole on which it begins. */
export interface Statement {
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** A comment, a string, or the end of a statement. Nothing else in Cedar can hold a semicolon. */
const SPLIT = /\/\/[^\n]*|"(?:[^"\\]|\\[^])*"|;/g;
const BLANK = /^(?:\s|\/\/[^\n]*(?:\n|$))*/;

/** Splits Cedar text into its policies, so that each can be judged and named by its line. */
export function statementsOf(text: string): readonly Statement[] {
  const statements: Statement[] = [];
  let begin = 0;
  const take = (end: number): void => {
    const whole = text.slice(begin, end);
    const skipped = BLANK.exec(whole)?.[0].length ?? 0;
    if (skipped < whole.length)
      statements.push({ text: whole.slice(skipped), line: lineCount(text.slice(0, begin + skipped)) });
    begin = end;
  };
  for (const { 0: token, index } of text.matchAll(SPLIT)) if (token === ';') take(index + 1);
  take(text.length);
  return statements;
}

/** Number of lines in a text; the line on which something stands when given all before it. */
export const lineCount = (text: string): number => text.split('\n').length;

const PART = /\/\/[^\n]*|"(?:[^"\\]|\\[^])*"|[([{]|[)\]}]|&&|\|\||[-+*.<>=!]|\b(?:in|has|is|like|if)\b/g;
const DEEPEST = 24;
const MOST_OPERATORS = 200;

/**
 * Whether a policy nests or chains more than anybody can read. Cedar's engine follows nesting on a stack of fixed size:
 * at 130 brackets it overflows, and then answers nothing any more, to nobody.
 */
export function isTooDeep(statement: string): boolean {
  let depth = 0;
  let operators = 0;
  for (const [part] of statement.matchAll(PART)) {
    if (part.startsWith('//') || part.startsWith('"')) continue;
    if ('([{'.includes(part)) depth++;
    else if (')]}'.includes(part)) depth--;
    else operators++;
    if (depth > DEEPEST || operators > MOST_OPERATORS) return true;
  }
  return false;
}
