/**
 * A rate with a burst, by the generic cell rate algorithm: one number a tenant, no timer, and exact however often it is asked.
 * https://www.itu.int/rec/T-REC-I.371 (continuous-state leaky bucket)
 */
export class RateLimit {
  readonly #intervalMs: number;
  readonly #toleranceMs: number;
  /** When the next one would be due if they came evenly, in milliseconds. */
  #due = Number.NEGATIVE_INFINITY;

  /** `perSecond` on average, and at most `burst` at once. */
  constructor(perSecond: number, burst: number) {
    this.#intervalMs = 1000 / perSecond;
    this.#toleranceMs = (burst - 1) * this.#intervalMs;
  }

  /** Takes one if there is one now: 0. Otherwise takes none, and says in how many milliseconds there will be. */
  take(nowMs: number): number {
    const wait = this.wait(nowMs);
    if (wait === 0) this.reserve(nowMs);
    return wait;
  }

  /** Takes the next one there will be, and says in how many milliseconds that is. */
  reserve(nowMs: number): number {
    const wait = this.wait(nowMs);
    this.#due = Math.max(this.#due, nowMs) + this.#intervalMs;
    return wait;
  }

  /** True when nothing of the burst is used, so that a fresh one would say the same. */
  isFull(nowMs: number): boolean {
    return this.#due <= nowMs;
  }

  /** In how many milliseconds there is one: 0 when there is one now. Takes none. */
  wait(nowMs: number): number {
    const wait = Math.max(this.#due, nowMs) - this.#toleranceMs - nowMs;
    // Sums of fractions end a hair beside the whole number.
    return wait > 1e-6 ? wait : 0;
  }
}
