/** Looks for many values in bytes at once: time grows with the bytes, and hardly with the number of values. */
export class Needles<T> {
  /** Forms by their first two bytes, so that nearly every place is passed with one look. */
  readonly #byStart = new Map<number, { readonly form: Buffer; readonly value: T }[]>();
  readonly #starts = new Uint8Array(1 << 16);

  /** Forms shorter than two bytes are left out: they are everywhere. */
  constructor(values: Iterable<readonly [value: T, forms: readonly Buffer[]]>) {
    for (const [value, forms] of values)
      for (const form of forms) {
        if (form.length < 2) continue;
        const start = form.readUInt16BE();
        this.#starts[start] = 1;
        const others = this.#byStart.get(start);
        if (others) others.push({ form, value });
        else this.#byStart.set(start, [{ form, value }]);
      }
  }

  /** The values of which a form is in these bytes. */
  in(bytes: Buffer): ReadonlySet<T> {
    const found = new Set<T>();
    let start = bytes[0] ?? 0;
    for (let at = 1; at < bytes.length; at++) {
      start = ((start << 8) | (bytes[at] ?? 0)) & 0xffff;
      if (this.#starts[start] === 0) continue;
      for (const { form, value } of this.#byStart.get(start) ?? [])
        if (form.compare(bytes, at - 1, Math.min(bytes.length, at - 1 + form.length)) === 0) found.add(value);
    }
    return found;
  }
}
