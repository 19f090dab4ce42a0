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
const JOINTS = new Set([' ', '\u00A0', '\u202F', '-', '\u2011', '\u2013', '.', '/']);

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

/** Every chain of a text, in one pass over its characters. */
export function chainsOf(text: string): readonly Chain[] {
  const chains: Chain[] = [];
  let chain: Token[] = [];
  let hasDigits = false;
  const close = (): void => {
    if (hasDigits) chains.push(chain);
    if (chain.length > 0) chain = [];
    hasDigits = false;
  };
  let end = 0;
  for (let at = 0; at < text.length; at++) {
    let kind = kindOf(text.charCodeAt(at));
    if (kind === 0) continue;
    const start = at;
    let digits = 0;
    let glued = false;
    do {
      if (kind === DIGIT) digits++;
      else if (kind === GLUE) glued = true;
      kind = ++at < text.length ? kindOf(text.charCodeAt(at)) : 0;
    } while (kind !== 0);
    const joint = start - end === 1 ? (text[end] ?? '') : '';
    if (chain.length > 0 && !JOINTS.has(joint)) close();
    if (digits === 0 && (glued || at - start > LETTERS_MOST)) close();
    else {
      chain.push({ start, end: at, digits, joint: chain.length > 0 ? joint : '', glued });
      hasDigits ||= digits > 0;
    }
    end = at;
  }
  close();
  return chains;
}
