import { createHmac, randomBytes } from 'node:crypto';
import { BailiwickError } from '@bailiwick/platform';
import { LRUCache } from 'lru-cache';
import { KEPT_MS } from './replies.js';

const MAX_REMEMBERED = 10_000;

/**
 * Remembers what was asked under an `Idempotency-Key`, as long as replies are kept, so that a key that is used for two questions is refused
 * and not answered with the first one's answer. It keeps digests under a key of the process, which nobody can try guesses against.
 */
export class AskedBefore {
  readonly #key = randomBytes(32);
  readonly #digests = new LRUCache<string, string>({ max: MAX_REMEMBERED, ttl: KEPT_MS });

  /** Throws `idempotency-key-reused`. */
  check(eventId: string, body: Uint8Array): void {
    const digest = createHmac('sha256', this.#key).update(body).digest('base64');
    const known = this.#digests.get(eventId);
    if (known !== undefined && known !== digest)
      throw new BailiwickError(
        'idempotency-key-reused',
        'this Idempotency-Key was used for another question: a new question needs a new key',
      );
    this.#digests.set(eventId, digest);
  }
}
