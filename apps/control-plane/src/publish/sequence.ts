/**
 * Numbers that only grow, over restarts too: the clock in milliseconds, and one more than the last when the clock
 * has not moved. A process would have to number faster than one a millisecond, for its whole life, to run ahead of
 * the start of its successor.
 */
export class Sequence {
  #last = 0;

  constructor(private readonly now: () => number = Date.now) {}

  next(): number {
    this.#last = Math.max(this.#last + 1, this.now());
    return this.#last;
  }
}
