/** A field of an Avro record: its name, and the fields of its own when it is a compound field, such as a name or an address. */
export interface SchemaField {
  readonly name: string;
  readonly fields: readonly SchemaField[];
}

const BITMAP = /^(?:(\d{1,4})-)?0x([0-9a-fA-F]{1,1024})$/;

/**
 * Names of the fields that the bitmaps of a change event's header stand for. `0x…` is a big-endian number whose lowest bit is the first
 * field of the schema; `<index>-0x…` is the same for the fields of the compound field at that index, named `Name.LastName`.
 * Throws on anything else: a guess would take a field that did not change for one that did.
 * https://developer.salesforce.com/docs/platform/pub-sub-api/guide/event-deserialization-considerations.html
 */
export function fieldsInBitmaps(
  bitmaps: readonly string[],
  fields: readonly SchemaField[],
): readonly string[] {
  const names = new Set<string>();
  for (const bitmap of bitmaps) {
    const [, index, digits] = BITMAP.exec(bitmap) ?? [];
    if (digits === undefined) throw new TypeError('not a bitmap of fields');
    if (index === undefined) {
      for (const name of namesIn(digits, fields)) names.add(name);
      continue;
    }
    const parent = fields[Number(index)];
    if (!parent || parent.fields.length === 0) throw new TypeError('a bitmap of a field that has no fields');
    for (const name of namesIn(digits, parent.fields)) names.add(`${parent.name}.${name}`);
  }
  return [...names];
}

function* namesIn(digits: string, fields: readonly SchemaField[]): Generator<string> {
  for (let at = 0; at < digits.length; at++) {
    const nibble = Number.parseInt(digits[digits.length - 1 - at] ?? '0', 16);
    for (let bit = 0; bit < 4; bit++) {
      if ((nibble & (1 << bit)) === 0) continue;
      const field = fields[at * 4 + bit];
      if (!field) throw new TypeError('a bitmap with more fields than the schema');
      yield field.name;
    }
  }
}
