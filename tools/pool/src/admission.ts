import { ApiError } from './api-error.js';

/** Lets a bounded number of requests work, a bounded number wait in order, and refuses the rest at once. */
export class Admission {
  #working = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(
    private readonly concurrency: number,
    private readonly queueLimit: number,
  ) {}

  /** Requests that work now. */
  get working(): number {
    return this.#working;
  }

  /** Requests that wait now. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Waits for a place. The caller must dispose of it. Rejects with 429 when full, or when the signal aborts. */
  async enter(signal: AbortSignal): Promise<Disposable> {
    signal.throwIfAborted();
    if (this.#working < this.concurrency) {
      this.#working += 1;
    } else {
      await this.#wait(signal);
    }
    let left = false;
    return {
      [Symbol.dispose]: () => {
        if (!left) this.#leave();
        left = true;
      },
    };
  }

  async #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.queueLimit) {
      throw new ApiError(429, 'rate_limit_error', 'queue_full', 'The pool has no free place in its queue.', {
        'retry-after': '1',
      });
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = (): void => {
      const place = this.#waiting.indexOf(resolve);
      if (place < 0) return;
      this.#waiting.splice(place, 1);
      reject(signal.reason as Error);
    };
    this.#waiting.push(resolve);
    signal.addEventListener('abort', giveUp, { once: true });
    await promise;
    signal.removeEventListener('abort', giveUp);
  }

  /** A leaving request hands its place over, so that nobody who comes later overtakes the queue. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#working -= 1;
  }
}
