/** Of no letters. */
export const NO_LETTERS = 0x811c9dc5;

/** The hash of letters and one more (FNV-1a over UTF-16 units). */
export const hashWith = (hash: number, code: number): number => Math.imul(hash ^ code, 0x01000193);

/** Goes on with the hash of the letters before a text. */
export function hashOn(hash: number, text: string): number {
  let on = hash;
  for (let index = 0; index < text.length; index++) on = hashWith(on, text.charCodeAt(index));
  return on;
}

export const hashOf = (text: string): number => hashOn(NO_LETTERS, text);
