interface Waiting {
  readonly bytes: number;
  readonly admitted: () => void;
}

/**
 * What is being received at once, in bytes and in number, so that a burst of large records cannot exhaust the memory
 * of the process. One that is larger than the whole limit is let in alone. Whoever waits does so in the queue of his tenant, and the
 * tenants take turns: one that sends much waits for itself, and another for no more than one record of each.
 */
export class InFlight {
  /** Queues of those who wait; the tenant whose turn is next comes first. */
  readonly #queues = new Map<string, Waiting[]>();
  #bytes = 0;
  #count = 0;

  constructor(
    private readonly maxBytes: number,
    private readonly maxCount: number,
  ) {}

  /** Takes room when there is some, in the tenant's turn. */
  enter(bytes: number, tenant: string): Promise<void> {
    if (this.#queues.size > 0 || !this.#fits(bytes))
      return new Promise((admitted) => {
        const queue = this.#queues.get(tenant);
        if (queue) queue.push({ bytes, admitted });
        else this.#queues.set(tenant, [{ bytes, admitted }]);
      });
    this.#take(bytes);
    return Promise.resolve();
  }

  /** How many of a tenant wait for room. */
  waiting(tenant: string): number {
    return this.#queues.get(tenant)?.length ?? 0;
  }

  /** Gives back what was taken. */
  leave(bytes: number): void {
    this.#bytes -= bytes;
    this.#count -= 1;
    for (let turn = this.#turn(); turn && this.#fits(turn.bytes); turn = this.#turn()) {
      this.#pass();
      this.#take(turn.bytes);
      turn.admitted();
    }
  }

  #turn(): Waiting | undefined {
    const [queue] = this.#queues.values();
    return queue?.[0];
  }

  /** The first in turn leaves its queue, and its tenant goes to the end of the row. */
  #pass(): void {
    const [first] = this.#queues;
    if (!first) return;
    const [tenant, queue] = first;
    this.#queues.delete(tenant);
    queue.shift();
    if (queue.length > 0) this.#queues.set(tenant, queue);
  }

  #fits(bytes: number): boolean {
    return this.#count === 0 || (this.#bytes + bytes <= this.maxBytes && this.#count < this.maxCount);
  }

  #take(bytes: number): void {
    this.#bytes += bytes;
    this.#count += 1;
  }
}
