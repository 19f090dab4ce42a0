/** Entries `start` to `end` (exclusive) of a log. */
export interface EntryRange {
  readonly start: number;
  readonly end: number;
}

/** A perfect subtree: `2 ** height` entries from `index * 2 ** height` on. */
export interface Subtree {
  readonly height: number;
  readonly index: number;
}

/** The largest power of two below `n`: where RFC 6962 splits a tree of `n` leaves. */
export const splitOf = (n: number): number => 2 ** (bitLength(n - 1) - 1);

/** The perfect subtrees of a range that a split has made, left to right: ever smaller. */
export function subtreesOf({ start, end }: EntryRange): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = start; at < end;) {
    const height = bitLength(end - at) - 1;
    subtrees.push({ height, index: at / 2 ** height });
    at += 2 ** height;
  }
  return subtrees;
}

/** What an inclusion proof hashes, from the leaf's sibling up (RFC 6962 2.1.1). */
export function inclusionRanges(index: number, size: number): EntryRange[] {
  const ranges: EntryRange[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  return ranges.toReversed();
}

/**
 * What a consistency proof hashes, from the deepest up (RFC 6962 2.1.2). The first range ends at `older` when the
 * older tree is not a perfect subtree of the newer.
 */
export function consistencyRanges(older: number, newer: number): EntryRange[] {
  const ranges: EntryRange[] = [];
  let [start, end] = [0, newer];
  while (older > 0 && older < end) {
    const middle = start + splitOf(end - start);
    if (older <= middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  if (start > 0) ranges.push({ start, end });
  return ranges.toReversed();
}

/** Bits of a whole number beyond the 32 that JavaScript's operators see. */
function bitLength(n: number): number {
  const high = Math.floor(n / 2 ** 32);
  return high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(n);
}
