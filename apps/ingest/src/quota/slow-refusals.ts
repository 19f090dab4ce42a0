import type { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** Longest time that a refusal is kept back. */
const HELD_MS = 1000;
/** Refusals of one tenant that are kept back at once; each costs an open connection and a timer. */
const MAX_HELD = 64;

/**
 * Keeps back the answer to a request that came too early. Most clients ask again as soon as they are answered, so a refusal that is
 * given at once only buys the next request, and what refusing costs is taken from the other tenants. A client that opens many
 * connections is answered at once on all but the first of them: memory must not be what it gets instead.
 */
export class SlowRefusals {
  readonly #held = new Map<string, number>();

  constructor(
    private readonly heldMs: number = HELD_MS,
    private readonly maxHeld: number = MAX_HELD,
  ) {}

  /** Comes back when the answer may be given: later, at once where the tenant has enough of them, or when the client is `gone` (`close`). */
  async hold(tenant: string, gone: EventEmitter): Promise<void> {
    const held = this.#held.get(tenant) ?? 0;
    if (held >= this.maxHeld) return;
    this.#held.set(tenant, held + 1);
    const left = new AbortController();
    const leave = (): void => left.abort();
    gone.once('close', leave);
    try {
      await sleep(this.heldMs, undefined, { signal: left.signal });
    } catch {
      // The client has gone: there is nobody to answer.
    } finally {
      gone.off('close', leave);
      const now = (this.#held.get(tenant) ?? 1) - 1;
      if (now === 0) this.#held.delete(tenant);
      else this.#held.set(tenant, now);
    }
  }
}
