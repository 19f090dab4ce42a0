import type { Coordinates } from '@bailiwick/kafka';
import type { ReceiptClaims } from '@bailiwick/receipt';

/** A receipt as it was delivered before: read from the topic, not verified. */
export interface PastDelivery {
  readonly offset: bigint;
  readonly jti: string;
  /** When the receipt expires, in seconds since the epoch. */
  readonly exp: number;
}

/** Reads the deliveries of a partition that were written at `sinceMs` or later and lie before the coordinates. */
export type ReadDeliveries = (before: Coordinates, sinceMs: number) => Promise<readonly PastDelivery[]>;

/** How far a receipt's issue time may lie after the moment in which its request was written, in milliseconds. */
const CLOCK_LEEWAY_MS = 60_000;
/** Expired receipts are forgotten after this many have been added. */
const SWEEP_EVERY = 1000;

interface Deliveries {
  readonly seen: Map<string, PastDelivery>;
  /** Every delivery written since then is known, in milliseconds since the epoch. */
  knownSinceMs: number;
  reading: Promise<void>;
  added: number;
}

/**
 * Knows where each receipt was first delivered. All requests about one CRM record lie in one partition, so a receipt
 * that comes again comes in the same partition, and that partition itself is the memory: what was delivered in this
 * tenure is kept until it expires, and when a receipt is older than what is known, the partition is read back to the
 * moment of its issue. So the answer is right after a crash or a rebalance, and nothing else has to be stored.
 */
export class ReplayGuard {
  readonly #read: ReadDeliveries;
  readonly #nowMs: () => number;
  /** By the tenure's signal: a tenure sees a partition without gaps, and what it knew goes when it goes. */
  readonly #tenures = new WeakMap<AbortSignal, Map<string, Deliveries>>();

  constructor(read: ReadDeliveries, nowMs: () => number = Date.now) {
    this.#read = read;
    this.#nowMs = nowMs;
  }

  /** Remembers a delivery. True when the receipt was delivered at other coordinates before. */
  async isReplay(
    { jti, iat, exp }: Pick<ReceiptClaims, 'jti' | 'iat' | 'exp'>,
    at: Coordinates,
    tenure: AbortSignal,
  ): Promise<boolean> {
    const deliveries = this.#deliveries(at, tenure);
    const sinceMs = iat * 1000 - CLOCK_LEEWAY_MS;
    // One reading at a time: the next one finds its answer known, or reads what is still missing.
    const known = deliveries.reading.catch(() => undefined).then(() => this.#extend(deliveries, at, sinceMs));
    deliveries.reading = known;
    await known;
    const first = deliveries.seen.get(jti);
    if (first) return first.offset !== at.offset;
    this.#remember(deliveries, { jti, exp, offset: at.offset });
    return false;
  }

  #deliveries({ topic, partition }: Coordinates, tenure: AbortSignal): Deliveries {
    const partitions = this.#tenures.get(tenure) ?? new Map<string, Deliveries>();
    this.#tenures.set(tenure, partitions);
    const name = `${topic}/${partition}`;
    const deliveries = partitions.get(name) ?? {
      seen: new Map<string, PastDelivery>(),
      knownSinceMs: Number.POSITIVE_INFINITY,
      reading: Promise.resolve(),
      added: 0,
    };
    partitions.set(name, deliveries);
    return deliveries;
  }

  async #extend(deliveries: Deliveries, at: Coordinates, sinceMs: number): Promise<void> {
    if (sinceMs >= deliveries.knownSinceMs) return;
    for (const past of await this.#read(at, sinceMs)) {
      const known = deliveries.seen.get(past.jti);
      if (!known || past.offset < known.offset) this.#remember(deliveries, past);
    }
    deliveries.knownSinceMs = sinceMs;
  }

  #remember(deliveries: Deliveries, delivery: PastDelivery): void {
    deliveries.seen.set(delivery.jti, delivery);
    if (++deliveries.added % SWEEP_EVERY !== 0) return;
    const nowSeconds = this.#nowMs() / 1000;
    for (const [jti, { exp }] of deliveries.seen) if (exp < nowSeconds) deliveries.seen.delete(jti);
  }
}
