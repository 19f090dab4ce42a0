/** An entry of the log and its leaf hash. */
export interface Leaf {
  readonly entry: Uint8Array;
  readonly hash: Uint8Array;
}

/** Bytes that are remembered at most; what does not fit is read back from the database. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Entries that this process appended, from when they are durable until they are published: reading them back and hashing them again would be a
 * quarter of the work on a fact.
 */
export class RecentEntries {
  /** What was appended together, by the index of its first entry. */
  readonly #runs = new Map<number, readonly Leaf[]>();
  #bytes = 0;

  /** Remembers what was appended from an index on. */
  add(first: number, leaves: readonly Leaf[]): void {
    this.#runs.set(first, leaves);
    this.#bytes += bytesOf(leaves);
    for (const oldest of this.#runs.keys()) {
      if (this.#bytes <= MOST_BYTES) break;
      this.#forget(oldest);
    }
  }

  /**
   * Those from an index on and before `end`, which ends what was appended together; about `most` of them, and none when the first is not remembered.
   * They are forgotten by it.
   */
  take(from: number, end: number, most: number): readonly Leaf[] {
    const taken: Leaf[] = [];
    while (taken.length < most && from + taken.length < end) {
      const next = this.#forget(from + taken.length);
      if (!next) break;
      taken.push(...next);
    }
    return taken;
  }

  #forget(first: number): readonly Leaf[] | undefined {
    const leaves = this.#runs.get(first);
    if (!leaves) return undefined;
    this.#runs.delete(first);
    this.#bytes -= bytesOf(leaves);
    return leaves;
  }
}

const bytesOf = (leaves: readonly Leaf[]): number => leaves.reduce((sum, { entry }) => sum + entry.length, 0);
