import avro, { type ForSchemaOptions, type Type } from 'avsc';
import type { SchemaField } from './field-bitmap.js';

/** One schema of events, ready to read them with. */
export interface EventSchema {
  readonly id: string;
  /** The record's fields, in the order in which bitmaps count them. */
  readonly fields: readonly SchemaField[];
  /** Reads one event; throws on bytes that are no event of this schema. */
  readonly decode: (payload: Uint8Array) => Readonly<Record<string, unknown>>;
}

/** What of the library's reader is used beyond what its types tell; the tests hold every version of it to that. */
interface Tap {
  readonly buf: Buffer;
  readonly pos: number;
  readonly readLong: () => number;
  readonly skipLong: () => void;
}

/**
 * The library reads as many items as an array says it has, whether they are there or not, and would fill the memory for a few broken
 * bytes. This one reads no more than what is left of the bytes, since each item takes one at least.
 */
class BoundedArray extends avro.types.ArrayType {
  /** Overrides the library's own. */
  protected _read(tap: Tap): unknown[] {
    const items = this.itemsType as unknown as { readonly _read: (tap: Tap) => unknown };
    const values: unknown[] = [];
    for (let count = tap.readLong(); count !== 0; count = tap.readLong()) {
      if (count < 0) tap.skipLong();
      const added = Math.abs(count);
      if (!(added <= tap.buf.length - tap.pos)) throw new TypeError('an array beyond the end');
      for (let n = 0; n < added; n++) values.push(items._read(tap));
    }
    return values;
  }
}

/** A 64-bit number as a JSON number where that is exact, as text otherwise. */
const exactLong = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => {
    const value = bytes.readBigInt64LE();
    return BigInt.asIntN(54, value) === value ? Number(value) : value.toString();
  },
  toBuffer: (value: number | string) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    return bytes;
  },
  fromJSON: (value: number | string) => value,
  toJSON: (value: number | string) => value,
  isValid: (value: unknown) => typeof value === 'number' || typeof value === 'string',
  compare: (a: number | string, b: number | string) => Number(BigInt(a) - BigInt(b)),
});

/** Reads of maps would need the same bound; Salesforce has none. */
const typeHook: ForSchemaOptions['typeHook'] = (schema, options) => {
  const kind = typeof schema === 'object' && 'type' in schema ? schema.type : null;
  if (kind === 'map') throw new TypeError('no event of Salesforce has a map');
  return kind === 'array' ? new BoundedArray(schema, options) : undefined;
};

/** Makes the reader of a schema, as GetSchema gives it. Throws when it is none of an event. */
export function eventSchema(id: string, json: string): EventSchema {
  const type = avro.Type.forSchema(JSON.parse(json), { registry: { long: exactLong }, typeHook });
  if (!(type instanceof avro.types.RecordType)) throw new TypeError('an event schema is a record');
  return {
    id,
    fields: fieldsOf(type, 2),
    decode: (payload) => {
      const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
      return type.fromBuffer(bytes) as Readonly<Record<string, unknown>>;
    },
  };
}

/** Fields of a record, and of the compound fields in it, to a depth. */
function fieldsOf(type: Type, depth: number): readonly SchemaField[] {
  if (depth === 0) return [];
  const record = branchesOf(type).find((branch) => branch instanceof avro.types.RecordType);
  if (!(record instanceof avro.types.RecordType)) return [];
  return record.fields.map((field) => ({ name: field.name, fields: fieldsOf(field.type, depth - 1) }));
}

const branchesOf = (type: Type): readonly Type[] =>
  type instanceof avro.types.UnwrappedUnionType || type instanceof avro.types.WrappedUnionType
    ? type.types
    : [type];

/** Schemas that are remembered at most; an org has one a topic and version. */
const REMEMBERED = 500;

/** Schemas by id: asked for once, since what an id stands for never changes. */
export class SchemaCache {
  readonly #known = new Map<string, Promise<EventSchema>>();

  /** `fetch` gives the Avro schema of an id as JSON. */
  constructor(private readonly fetch: (id: string) => Promise<string>) {}

  /** The schema of an id. A failure is not remembered. */
  get(id: string): Promise<EventSchema> {
    const known = this.#known.get(id);
    if (known) return known;
    const asked = this.fetch(id).then((json) => eventSchema(id, json));
    this.#known.set(id, asked);
    asked.catch(() => this.#known.delete(id));
    const [oldest] = this.#known.keys();
    if (this.#known.size > REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
    return asked;
  }
}
