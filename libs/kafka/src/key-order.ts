/**
 * Lets records with different keys run side by side and records with one key run one after the other, in the order
 * in which they came. A record without a key waits for nobody.
 */
export class KeyOrder<T> {
  readonly #followers = new Map<string, T[]>();

  /** True when the record may run now; otherwise it waits until `done` of its predecessor returns it. */
  admit(key: string | null, record: T): boolean {
    if (key === null) return true;
    const followers = this.#followers.get(key);
    if (followers) {
      followers.push(record);
      return false;
    }
    this.#followers.set(key, []);
    return true;
  }

  /** The record that may run now that the one before it with this key is done. */
  done(key: string | null): T | undefined {
    if (key === null) return undefined;
    const next = this.#followers.get(key)?.shift();
    if (next === undefined) this.#followers.delete(key);
    return next;
  }
}
