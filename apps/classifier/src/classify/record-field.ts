import type { Json, JsonObject } from '@bailiwick/domain';

/** A value that a field can have. */
export type Scalar = string | number | boolean;

/** One field of a record with all values that it has. */
export interface RecordField {
  /** Dotted when nested; fields of objects in a list share one name. */
  readonly name: string;
  /** Empty when the record names the field and gives it no value. */
  readonly values: readonly Scalar[];
  /** True when the record gives the field as a list. */
  readonly list: boolean;
}

/** The fields of a record, flat. `null` is no value. */
export function recordFields(record: JsonObject): readonly RecordField[] {
  const fields = new Map<string, { name: string; values: Scalar[]; list: boolean }>();
  const visit = (name: string, value: Json, list: boolean): void => {
    if (Array.isArray(value)) {
      if (value.length === 0) field(name, true);
      for (const item of value as readonly Json[]) visit(name, item, true);
    } else if (typeof value === 'object' && value !== null) {
      const members = Object.entries(value);
      if (members.length === 0) field(name, list);
      for (const [member, inner] of members) visit(`${name}.${member}`, inner, list);
    } else {
      const { values } = field(name, list);
      if (value !== null) values.push(value as Scalar);
    }
  };
  const field = (name: string, list: boolean): { values: Scalar[]; list: boolean } => {
    const known = fields.get(name);
    if (known) {
      known.list = true;
      return known;
    }
    const fresh = { name, values: [], list };
    fields.set(name, fresh);
    return fresh;
  };
  for (const [name, value] of Object.entries(record)) visit(name, value, false);
  return [...fields.values()];
}
