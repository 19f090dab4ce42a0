import { BailiwickError } from '@bailiwick/platform';

/** When a breaker opens and how long it stays open. */
export interface BreakerOptions {
  /** Consecutive failures that open it. */
  readonly failures: number;
  /** How long it stays open before one probe is let through, in milliseconds; doubles while probes fail. */
  readonly coolDownMs: number;
  /** Longest cool-down, in milliseconds. */
  readonly maxCoolDownMs: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/**
 * Spares a pool that does not answer. Closed: calls pass. Open: calls fail at once with `pool-unavailable`, so the
 * record waits in Kafka and not in a connection. After the cool-down one call probes; its end closes or opens again.
 */
export class CircuitBreaker {
  readonly #options: BreakerOptions;
  #consecutive = 0;
  #coolDownMs: number;
  #openUntil: number | null = null;
  #probing = false;

  constructor(options: BreakerOptions) {
    this.#options = options;
    this.#coolDownMs = options.coolDownMs;
  }

  /** True while calls are refused, or only a probe is let through. */
  get open(): boolean {
    return this.#openUntil !== null;
  }

  /** Runs a call. Only a transient failure counts: a pool that refuses one record works. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    const probe = this.#admit();
    try {
      const value = await call();
      this.#close();
      return value;
    } catch (thrown) {
      const { code, category } = BailiwickError.from(thrown);
      if (category !== 'transient') this.#close();
      // A call that is given up because the process stops says nothing about the pool.
      else if (code !== 'shutting-down') this.#fail(probe);
      throw thrown;
    } finally {
      if (probe) this.#probing = false;
    }
  }

  #admit(): boolean {
    if (this.#openUntil === null) return false;
    if (this.#probing || this.#options.now() < this.#openUntil)
      throw new BailiwickError('pool-unavailable', 'the pool does not answer; calls to it are suspended');
    this.#probing = true;
    return true;
  }

  #close(): void {
    this.#consecutive = 0;
    this.#openUntil = null;
    this.#coolDownMs = this.#options.coolDownMs;
  }

  #fail(probe: boolean): void {
    this.#consecutive++;
    if (probe) this.#coolDownMs = Math.min(this.#coolDownMs * 2, this.#options.maxCoolDownMs);
    else if (this.open || this.#consecutive < this.#options.failures) return;
    this.#openUntil = this.#options.now() + this.#coolDownMs;
  }
}
