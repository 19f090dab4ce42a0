interface Waiting {
  readonly bytes: number;
  readonly admitted: () => void;
}

/**
 * What is being received at once, in bytes and in number, so that a burst of large records cannot exhaust the memory
 * of the process. One that is larger than the whole limit is let in alone.
 */
export class InFlight {
  readonly #waiting: Waiting[] = [];
  #bytes = 0;
  #count = 0;

  constructor(
    private readonly maxBytes: number,
    private readonly maxCount: number,
  ) {}

  /** Takes room when there is some; first come, first served. */
  enter(bytes: number): Promise<void> {
    if (this.#waiting.length > 0 || !this.#fits(bytes))
      return new Promise((admitted) => this.#waiting.push({ bytes, admitted }));
    this.#take(bytes);
    return Promise.resolve();
  }

  /** How many wait for room. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Gives back what was taken. */
  leave(bytes: number): void {
    this.#bytes -= bytes;
    this.#count -= 1;
    for (let next = this.#waiting[0]; next && this.#fits(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#take(next.bytes);
      next.admitted();
    }
  }

  #fits(bytes: number): boolean {
    return this.#count === 0 || (this.#bytes + bytes <= this.maxBytes && this.#count < this.maxCount);
  }

  #take(bytes: number): void {
    this.#bytes += bytes;
    this.#count += 1;
  }
}
