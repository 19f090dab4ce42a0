/*
 * Pseudonyms as they come back from a model: repeated, reordered, quoted, inflected, or with their frame written another
 * way (`[PERSON·k7q2m4x6p3ab]`, `⟦person · K7Q2M4X6P3AB⟧`). What counts is the label, a separator and the token: the token alone
 * names the value, so a frame that was changed loses nothing.
 */

const SEPARATOR = '[·•∙・⋅:.]';
const LABEL = String.raw`[A-Za-z][A-Za-z0-9_]{0,39}`;
const TOKEN_LENGTH = 12;
const MARK = `${LABEL} ?${SEPARATOR} ?([A-Za-z2-7]{${TOKEN_LENGTH}})`;

/** As it was made. */
export const PSEUDONYM = new RegExp(`⟦[A-Z][A-Z0-9_]{0,39}·[a-z2-7]{${TOKEN_LENGTH}}⟧`, 'g');

/** As a model may write it. Brackets that come in pairs belong to it; any other marks around it are the model's own. */
const WRITTEN = new RegExp(
  [
    `⟦ ?${MARK} ?⟧`,
    `〚 ?${MARK} ?〛`,
    String.raw`\[\[ ?${MARK} ?\]\]`,
    String.raw`\[ ?${MARK} ?\]`,
    `${MARK}(?![A-Za-z0-9])`,
  ].join('|'),
  'g',
);
/** Characters that may stand before and after a mark and belong to it. */
const AROUND = 3;

/** The end of a text that may be the beginning of one. */
const BEGUN = new RegExp(
  String.raw`^(?:(?:[⟦〚]|\[{1,2}) ?)?(?:${LABEL} ?(?:${SEPARATOR} ?[A-Za-z2-7]{0,${TOKEN_LENGTH}})?)?$`,
);

/** Characters of the longest one: label, token, and all that may stand around and between. */
const LONGEST = AROUND + 40 + 3 + TOKEN_LENGTH + AROUND;

/** The part of a pseudonym that names its value. */
export const tokenOf = (pseudonym: string): string => pseudonym.slice(-TOKEN_LENGTH - 1, -1);

/** One mark in a text. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  /** In lower case, as it was made. */
  readonly token: string;
}

/** What a text holds that may be meant as a pseudonym, in order. */
export function* marksIn(text: string): Generator<Mark> {
  for (const { index, 0: written, ...groups } of text.matchAll(WRITTEN)) {
    const token = groups[1] ?? groups[2] ?? groups[3] ?? groups[4] ?? groups[5] ?? '';
    yield { start: index, end: index + written.length, token: token.toLowerCase() };
  }
}

/**
 * The text up to `until` with the marks replaced that `known` has by token; any other stays as it is written. What is
 * behind `until` is looked at, because it says where a mark ends.
 */
export function replaceMarks(
  text: string,
  known: (token: string) => string | undefined,
  until = text.length,
): string {
  let replaced = '';
  let position = 0;
  for (const { start, end, token } of marksIn(text)) {
    if (end > until) break;
    replaced += text.slice(position, start) + (known(token) ?? text.slice(start, end));
    position = end;
  }
  return replaced + text.slice(position, until);
}

/** How much of the text's beginning nothing can change any more that may follow it. */
export function settledLength(text: string): number {
  let decided = 0;
  for (const { start, end } of marksIn(text)) {
    if (text.length - end < AROUND) return Math.max(decided, start - AROUND);
    decided = end;
  }
  for (let start = Math.max(decided, text.length - LONGEST); start < text.length; start++)
    if (BEGUN.test(text.slice(start))) return start;
  return text.length;
}
