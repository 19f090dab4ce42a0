/** What a strict reading of JSON found wrong, and where; never what stood there. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/** A value out of JSON with its place, read member by member. Every method throws `Malformed`. */
export class Place {
  constructor(
    private readonly value: unknown,
    private readonly path: string,
  ) {}

  /** An object with these members and no others; those that end in `?` may be absent. */
  members(...names: readonly string[]): (name: string) => Place {
    const { value } = this;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return this.fail('is not an object');
    const own = new Map<string, unknown>(Object.entries(value));
    const known = names.map((name) => name.replace('?', ''));
    for (const name of names) if (!name.endsWith('?') && !own.has(name)) return this.fail(`has no ${name}`);
    for (const name of own.keys())
      if (!known.includes(name)) return this.fail('has a member that is not known');
    return (name) => new Place(own.get(name), `${this.path}.${name}`);
  }

  /** Undefined when the member is absent. */
  optional<T>(read: (place: Place) => T): T | undefined {
    return this.value === undefined ? undefined : read(this);
  }

  list<T>(read: (place: Place) => T): T[] {
    const { value } = this;
    if (!Array.isArray(value)) return this.fail('is not a list');
    return value.map((item: unknown, n) => read(new Place(item, `${this.path}[${n}]`)));
  }

  text(): string {
    const { value } = this;
    return typeof value === 'string' && value.isWellFormed() ? value : this.fail('is not text');
  }

  /** A whole number from 0 on. */
  count(): number {
    const { value } = this;
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
      ? value
      : this.fail('is not a whole number');
  }

  /** Text as another thing; undefined from `parse` is malformed. */
  parsed<T>(parse: (text: string) => T | undefined, what: string): T {
    return parse(this.text()) ?? this.fail(`is not ${what}`);
  }

  fail(what: string): never {
    throw new Malformed(`${this.path} ${what}`);
  }
}
