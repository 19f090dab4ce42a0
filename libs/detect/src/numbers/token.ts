import { Reading } from '../reading.js';

/** A run of ASCII letters and digits, as the pieces are in which people write a number: `756.9217`, `HH 01 02 03 D`. */
export interface Token {
  readonly start: number;
  readonly end: number;
  readonly digits: number;
  /** The character between this piece and the one before it, when only that stands there. */
  readonly joint: string;
  /** It is glued to a letter of another script, an underscore or an `@`: a part of a name, not of a number. */
  readonly glued: boolean;
}

/** Pieces that one character joins, in order; at least one of them holds a digit. */
export type Chain = readonly Token[];

/** A piece of letters longer than this is a word, no part of a number. */
const LETTERS_MOST = 4;

/** Kinds of characters by code, for ASCII. */
const DIGIT = 1;
const LETTER = 2;
const GLUE = 3;
const KINDS = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const character = String.fromCharCode(code);
  KINDS[code] = /\d/.test(character)
    ? DIGIT
    : /[A-Za-z]/.test(character)
      ? LETTER
      : /[_@]/.test(character)
        ? GLUE
        : 0;
}

/** Letters of Latin, Greek, Cyrillic and other scripts with spaces; Chinese and Japanese words touch their numbers. */
const kindOf = (code: number): number =>
  code < 128
    ? (KINDS[code] ?? 0)
    : code >= 0xc0 && code < 0x1100 && code !== 0xd7 && code !== 0xf7
      ? GLUE
      : 0;

const JOINTS = new Set([' ', '\u00A0', '\u202F', '-', '\u2011', '\u2013', '.', '/']);
const isJoint = (code: number): boolean => kindOf(code) === 0 && JOINTS.has(String.fromCharCode(code));

/** The chains of pieces of a text, taken apart once for all who look for numbers. */
export const piecesOf = Reading.once(({ text }) => chainsOf(text));

/** Every chain of a text. Most of a text is far from any digit, and none of that is taken apart. */
function chainsOf(text: string): readonly Chain[] {
  const chains: Chain[] = [];
  for (let at = 0; at < text.length; at++) {
    if (kindOf(text.charCodeAt(at)) !== DIGIT) continue;
    const chain = chainFrom(text, beginningOf(text, at));
    chains.push(chain);
    at = chain.at(-1)?.end ?? at;
  }
  return chains;
}

/** Where the chain begins whose first digit is here. */
function beginningOf(text: string, digit: number): number {
  let start = digit;
  while (start > 0 && kindOf(text.charCodeAt(start - 1)) !== 0) start--;
  while (start > 1 && isJoint(text.charCodeAt(start - 1))) {
    const end = start - 1;
    let before = end;
    while (end - before <= LETTERS_MOST && before > 0 && kindOf(text.charCodeAt(before - 1)) === LETTER)
      before--;
    const isPiece = before < end && end - before <= LETTERS_MOST;
    if (!isPiece || (before > 0 && kindOf(text.charCodeAt(before - 1)) !== 0)) break;
    start = before;
  }
  return start;
}

/** The chain that begins with the piece at a position. */
function chainFrom(text: string, beginning: number): Chain {
  const chain: Token[] = [];
  let joint = '';
  for (let at = beginning; ; at++) {
    const start = at;
    let digits = 0;
    let glued = false;
    for (let kind = kindOf(text.charCodeAt(at)); kind !== 0; kind = kindOf(text.charCodeAt(++at))) {
      if (kind === DIGIT) digits++;
      else if (kind === GLUE) glued = true;
    }
    if (at === start || (digits === 0 && (glued || at - start > LETTERS_MOST))) return chain;
    chain.push({ start, end: at, digits, joint, glued });
    if (!isJoint(text.charCodeAt(at))) return chain;
    joint = text.charAt(at);
  }
}
