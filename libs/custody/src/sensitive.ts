import { inspect } from 'node:util';

const SHOWN = '[sensitive]';

/**
 * A personal value in memory. However it is printed, serialised, inspected or put into a template, it shows as
 * `[sensitive]`; only `reveal()` opens it, so every place that reads personal data can be found by that word.
 */
export class Sensitive<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself. Call it where the value is used, not earlier. */
  reveal(): T {
    return this.#value;
  }

  /** A sensitive value made from this one. */
  map<U>(change: (value: T) => U): Sensitive<U> {
    return new Sensitive(change(this.#value));
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [Symbol.toPrimitive](): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}
