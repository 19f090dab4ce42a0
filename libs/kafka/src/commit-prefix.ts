/** One record of a partition on its way through a stage. */
export interface Progress {
  readonly offset: bigint;
  /** True once its outcomes are known. */
  readonly finished: boolean;
}

/**
 * Records of one partition in the order of their offsets. Only the finished prefix may be committed: an output of a
 * later record would be produced again by whoever starts at the offset of an earlier one that is still out.
 */
export class CommitPrefix<T extends Progress> {
  #records: T[] = [];
  #released = 0;
  /** Offset that follows everything enqueued so far: where the partition is to be read next. */
  position: bigint;

  constructor(position: bigint) {
    this.position = position;
  }

  /** Records that are not yet released. */
  get size(): number {
    return this.#records.length - this.#released;
  }

  /** Takes a record; offsets grow. */
  push(record: T): void {
    this.#records.push(record);
    this.position = record.offset + 1n;
  }

  /** The finished prefix, until `take` refuses a record. Nothing is released by looking. */
  prefix(take: (record: T) => boolean): readonly T[] {
    let end = this.#released;
    for (; end < this.#records.length; end++) {
      const record = this.#records[end];
      if (!record?.finished || !take(record)) break;
    }
    return this.#records.slice(this.#released, end);
  }

  /** Offset to commit when the first `count` records are done: the first one still out, or the position. */
  offsetAfter(count: number): bigint {
    return this.#records[this.#released + count]?.offset ?? this.position;
  }

  /** Forgets the first `count` records. */
  release(count: number): void {
    this.#released += count;
    if (this.#released > 1024 || this.#released === this.#records.length) {
      this.#records = this.#records.slice(this.#released);
      this.#released = 0;
    }
  }
}
