/**
 * Keeps the events of one CRM record in the order in which they came: the next one begins when the one before has
 * ended, well or not. Events of different records do not wait for each other.
 */
export class RecordOrder {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs `work` after everything that was given before under the same key. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }

  /** Records that are being worked on. */
  get size(): number {
    return this.#last.size;
  }
}
