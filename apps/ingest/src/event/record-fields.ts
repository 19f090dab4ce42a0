import { BailiwickError } from '@bailiwick/platform';

/**
 * A CRM's field name, for example `Owner.Name`, `Product__c`, `_ownerid_value`, `@odata.etag`. Names are written into
 * facts, so what could be a value, such as an e-mail address, is none.
 */
const FIELD_NAME = /^[@_]?[A-Za-z][A-Za-z0-9_.:-]{0,127}$/;
/** Deeper nesting is no record; it would only exhaust whoever walks it. */
const MAX_DEPTH = 32;

const invalid = (detail: string): BailiwickError => new BailiwickError('event-invalid', detail);

/** Checks the fields of a record: an object with at least one field, proper names, sane nesting. */
export function checkFields(fields: unknown): Readonly<Record<string, unknown>> {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
    throw invalid('the fields are not a JSON object');
  if (Object.keys(fields).length === 0) throw new BailiwickError('event-empty', 'the record has no fields');
  walk(fields, (name) => {
    if (!FIELD_NAME.test(name)) throw invalid('a field name is not a name');
  });
  return fields as Readonly<Record<string, unknown>>;
}

/** Checks that nothing is nested too deep for whoever walks it, and that no member is one that readers of JSON drop. */
export function checkMembers(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  walk(value, (name) => {
    if (name === '__proto__') throw invalid('no member may be named __proto__');
  });
}

function walk(root: object, see: (name: string) => void): void {
  const open: { readonly value: object; readonly depth: number }[] = [{ value: root, depth: 1 }];
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.depth > MAX_DEPTH) throw invalid(`the content is nested deeper than ${MAX_DEPTH} levels`);
    const named = !Array.isArray(next.value);
    for (const [name, value] of Object.entries(next.value)) {
      if (named) see(name);
      if (typeof value === 'object' && value !== null) open.push({ value, depth: next.depth + 1 });
    }
  }
}
