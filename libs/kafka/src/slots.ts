/** Runs jobs with bounded concurrency, first come first served. A job must not reject. */
export class Slots {
  readonly #waiting: (() => Promise<void>)[] = [];
  #busy = 0;

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
    for (let job = this.#waiting.shift(); job; job = this.#waiting.shift()) await job();
    this.#busy--;
  }
}
