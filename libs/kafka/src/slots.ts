/** Longest that jobs may follow one another without letting the event loop turn, in milliseconds. */
const TURN_MS = 5;

/**
 * Runs jobs with bounded concurrency, first come first served. A job must not reject. Jobs that wait for nothing
 * outside would follow one another without end, and the answers of the brokers would wait behind all of them; so after
 * some milliseconds the next job starts in a new turn of the event loop.
 */
export class Slots {
  readonly #waiting: (() => Promise<void>)[] = [];
  #busy = 0;
  #turnBegan = performance.now();
  #nextTurn: Promise<void> | null = null;

  constructor(readonly limit: number) {}

  /** Jobs that run now. */
  get busy(): number {
    return this.#busy;
  }

  /** Runs the job at once when a slot is free, otherwise when one is. */
  submit(job: () => Promise<void>): void {
    this.#waiting.push(job);
    if (this.#busy < this.limit) void this.#occupy();
  }

  async #occupy(): Promise<void> {
    this.#busy++;
    for (let job = this.#waiting.shift(); job; job = this.#waiting.shift()) {
      if (performance.now() - this.#turnBegan > TURN_MS) await this.#turn();
      await job();
    }
    this.#busy--;
  }

  #turn(): Promise<void> {
    this.#nextTurn ??= new Promise((resolve) =>
      setImmediate(() => {
        this.#nextTurn = null;
        this.#turnBegan = performance.now();
        resolve();
      }),
    );
    return this.#nextTurn;
  }
}
