/**
 * What was made lately, by key, and no more of it than `most`. Two generations: when the younger is full it becomes the
 * older, and what nobody asked for since is forgotten.
 */
export class Recent<Value extends object> {
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  constructor(private readonly most: number) {}

  /** How much is remembered now; what was asked for in both generations counts twice. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** What is remembered under the key, or what `make` makes of it; that is remembered where `keep` says so. */
  get(key: string, make: () => Value, keep: (value: Value) => boolean): Value {
    const young = this.#young.get(key);
    if (young) return young;
    const value = this.#old.get(key) ?? make();
    if (!keep(value)) return value;
    if (this.#young.size >= this.most / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
    return value;
  }
}
