import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './hash.js';
import { subtreesOf } from './subtree.js';
import { accept, refuse, type Verdict } from './verdict.js';

const SIZE_BYTES = 8;

/**
 * The right edge of a log: its size and the roots of the perfect subtrees that make it up, at most 53 of them. All
 * that is needed to append and to say the root; small enough for a row of a table. A value: appending makes a new one.
 */
export class Frontier {
  static readonly EMPTY = new Frontier(0, []);

  private constructor(
    /** Entries in the log. */
    readonly size: number,
    /** Largest, leftmost subtree first. */
    private readonly hashes: readonly Uint8Array[],
  ) {}

  /** The frontier of a log of `size` entries from the roots of its perfect subtrees, largest first. */
  static of(size: number, hashes: readonly Uint8Array[]): Frontier {
    if (hashes.length !== subtreesOf({ start: 0, end: size }).length)
      throw new RangeError(`a log of ${size} entries is not made of ${hashes.length} perfect subtrees`);
    return new Frontier(size, hashes);
  }

  /** Reads what `toBytes` wrote. */
  static parse(bytes: Uint8Array): Verdict<Frontier, 'frontier-malformed'> {
    if (bytes.length < SIZE_BYTES) return refuse('frontier-malformed');
    const size = Number(Buffer.from(bytes.subarray(0, SIZE_BYTES)).readBigUInt64BE());
    if (!Number.isSafeInteger(size)) return refuse('frontier-malformed');
    const count = subtreesOf({ start: 0, end: size }).length;
    if (bytes.length !== SIZE_BYTES + count * HASH_BYTES) return refuse('frontier-malformed');
    const hashes = Array.from({ length: count }, (_, n) =>
      bytes.slice(SIZE_BYTES + n * HASH_BYTES, SIZE_BYTES + (n + 1) * HASH_BYTES),
    );
    return accept(new Frontier(size, hashes));
  }

  /** The frontier after these leaf hashes. */
  append(leafHashes: Iterable<Uint8Array>): Frontier {
    const hashes = [...this.hashes];
    let size = this.size;
    for (const leaf of leafHashes) {
      let subtree = leaf;
      // Each trailing one bit of the size is a subtree as high as the one in hand: they become one.
      for (let left = size; left % 2 === 1; left = Math.floor(left / 2))
        subtree = nodeHash(hashes.pop() as Uint8Array, subtree);
      hashes.push(subtree);
      size += 1;
    }
    return new Frontier(size, hashes);
  }

  /** Root hash of the log. */
  root(): Uint8Array {
    return this.size === 0 ? EMPTY_ROOT : this.hashes.reduceRight((right, left) => nodeHash(left, right));
  }

  /** Eight bytes of size, then the hashes. */
  toBytes(): Uint8Array {
    const size = Buffer.alloc(SIZE_BYTES);
    size.writeBigUInt64BE(BigInt(this.size));
    return Buffer.concat([size, ...this.hashes]);
  }
}
