/** The most that a subscriber may have outstanding. */
export const MOST_OUTSTANDING = 100;

/**
 * How many events a subscription has asked for and not yet passed on. What it asks for adds up at the server, so a request is never more
 * than what is free: events that were passed on to the broker's side make room, events that only arrived do not.
 */
export class FlowControl {
  #outstanding = 0;
  #undelivered = 0;

  /** Events that were asked for and not passed on. */
  get outstanding(): number {
    return this.#outstanding;
  }

  /** How many to ask for now, counted as asked; 0 while less than half is free, since each request is a message. */
  ask(): number {
    const free = MOST_OUTSTANDING - this.#outstanding;
    if (free * 2 < MOST_OUTSTANDING) return 0;
    this.#outstanding += free;
    this.#undelivered += free;
    return free;
  }

  /** Events arrived. False when they are more than were asked for. */
  arrived(count: number): boolean {
    this.#undelivered -= count;
    return this.#undelivered >= 0;
  }

  /** Events were passed on. */
  passedOn(count: number): void {
    this.#outstanding -= count;
  }
}
