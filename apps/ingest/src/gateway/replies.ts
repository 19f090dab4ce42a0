import type { GatewayReply } from '@bailiwick/contracts';

/** How long a reply is kept for who asks again, in milliseconds. */
export const KEPT_MS = 5 * 60_000;
/** Bytes of sealed answers that are kept; the oldest go first. */
const KEPT_BYTES = 32 * 1024 * 1024;
/** What a reply takes beside its sealed answer, about. */
const OVERHEAD_BYTES = 2048;

interface Kept {
  readonly reply: GatewayReply;
  readonly bytes: number;
  readonly at: number;
}

/**
 * What became of the questions of this cell, as its topic of replies tells every process. Replies stay sealed here: they are kept for a
 * while because the one who asked may ask again, of another process too.
 */
export class Replies {
  readonly #kept = new Map<string, Kept>();
  readonly #waiting = new Map<string, Set<(reply: GatewayReply) => void>>();
  #bytes = 0;

  constructor(
    private readonly keptBytes: number = KEPT_BYTES,
    private readonly now: () => number = Date.now,
  ) {}

  /** A reply was committed. A later one of the same event, after a release, takes the place of the earlier. */
  take(reply: GatewayReply): void {
    const { eventId, outcome } = reply;
    const sealed = outcome?.$case === 'answer' ? (outcome.value.payload?.ciphertext.length ?? 0) : 0;
    const kept = { reply, bytes: sealed + OVERHEAD_BYTES, at: this.now() };
    this.#forget(eventId);
    this.#kept.set(eventId, kept);
    this.#bytes += kept.bytes;
    for (const [oldest, { at }] of this.#kept) {
      if (this.#bytes <= this.keptBytes && at + KEPT_MS > this.now()) break;
      this.#forget(oldest);
    }
    for (const resolve of this.#waiting.get(eventId) ?? []) resolve(reply);
    this.#waiting.delete(eventId);
  }

  /** The reply to an event, now or when it comes. Rejects with the signal's reason. */
  async wait(eventId: string, signal: AbortSignal): Promise<GatewayReply> {
    const kept = this.#kept.get(eventId);
    if (kept) return kept.reply;
    signal.throwIfAborted();
    return await new Promise<GatewayReply>((resolve, reject) => {
      const waiting = this.#waiting.get(eventId) ?? new Set();
      this.#waiting.set(eventId, waiting);
      const come = (reply: GatewayReply): void => {
        signal.removeEventListener('abort', leave);
        resolve(reply);
      };
      const leave = (): void => {
        waiting.delete(come);
        if (waiting.size === 0 && this.#waiting.get(eventId) === waiting) this.#waiting.delete(eventId);
        reject(signal.reason as Error);
      };
      waiting.add(come);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  #forget(eventId: string): void {
    this.#bytes -= this.#kept.get(eventId)?.bytes ?? 0;
    this.#kept.delete(eventId);
  }
}
