import type { CallerGone } from '@bailiwick/contracts';
import { LRUCache } from 'lru-cache';

/** How long it is remembered that a caller went: as long as its question may lie in a queue, in milliseconds. */
export const REMEMBERED_MS = 5 * 60_000;
const MOST_REMEMBERED = 10_000;

/** Ends work on questions whose callers went away. What is heard too late changes nothing: the answer is made, and nobody gets it. */
export class GoneCallers {
  readonly #gone = new LRUCache<string, true>({ max: MOST_REMEMBERED, ttl: REMEMBERED_MS });
  readonly #working = new Map<string, AbortController>();

  /** A caller went. */
  take({ eventId }: Pick<CallerGone, 'eventId'>): void {
    this.#gone.set(eventId, true);
    this.#working.get(eventId)?.abort(new Error('the caller has gone'));
  }

  /** The result of the work, or null when the caller went before it was done. `signal` ends the work for other reasons. */
  async unlessGone<T>(
    eventId: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | null> {
    if (this.#gone.has(eventId)) return null;
    const gone = new AbortController();
    this.#working.set(eventId, gone);
    try {
      return await work(AbortSignal.any([signal, gone.signal]));
    } catch (thrown) {
      if (gone.signal.aborted && !signal.aborted) return null;
      throw thrown;
    } finally {
      this.#working.delete(eventId);
    }
  }
}
