/** A stream of numbers that the seed alone decides, so that a set can be made again anywhere. */
export interface Random {
  /** From 0 up to, but not including, the bound. */
  readonly below: (bound: number) => number;
  readonly pick: <T>(items: readonly T[]) => T;
  /** So many decimal digits. */
  readonly digits: (count: number) => string;
  /** So many capital letters, or letters of the given alphabet. */
  readonly letters: (count: number, alphabet?: string) => string;
}

/** FNV-1a of a text, 32 bits; its low bits are mixed once more because they decide by themselves. */
export function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  state = Math.imul(state ^ (state >>> 16), 0x7feb352d);
  return (state ^ (state >>> 15)) >>> 0;
}

/** The mulberry32 generator. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  const pick = <T>(items: readonly T[]): T => {
    const item = items[below(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  };
  const repeat = (count: number, one: () => string): string => Array.from({ length: count }, one).join('');
  return {
    below,
    pick,
    digits: (count) => repeat(count, () => String(below(10))),
    letters: (count, alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') =>
      repeat(count, () => pick(alphabet.split(''))),
  };
}
