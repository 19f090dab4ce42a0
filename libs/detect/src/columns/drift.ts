import type { Span } from '../span.js';

/** Values after which older ones count half. */
const WINDOW = 200;
/** So many values must be something else, and so large a part of all, before a field has drifted. */
const HITS_LEAST = 10;
const SHARE_LEAST = 0.2;
/** Below this share it is what it was again, and may drift anew. */
const SHARE_BACK = 0.05;
/** A value is what was found in it when one finding covers this much of it. */
const COVERED = 0.8;

interface Seen {
  values: number;
  readonly hits: Map<string, number>;
  readonly drifted: Set<string>;
}

/**
 * Notices a field that starts to hold other data than its catalog says: an order number in which people begin to write
 * e-mail addresses. It counts and keeps no value. Not for free texts, in which anything may stand.
 */
export class DriftWatch {
  readonly #fields = new Map<string, Seen>();

  /**
   * Notes one value of a field: what the catalog expects of it (null for nothing personal), and what was found. Gives the entity
   * into which the field has drifted when this value decides it, once until it is over.
   */
  note(field: string, expected: string | null, value: string, found: readonly Span[]): string | null {
    const seen = this.#fields.get(field) ?? { values: 0, hits: new Map(), drifted: new Set() };
    this.#fields.set(field, seen);
    seen.values++;
    const entity = wholeOf(value, found);
    if (entity !== null && entity !== expected) seen.hits.set(entity, (seen.hits.get(entity) ?? 0) + 1);
    const drifted = entity === null ? null : decide(seen, entity);
    for (const each of seen.drifted)
      if ((seen.hits.get(each) ?? 0) < seen.values * SHARE_BACK) seen.drifted.delete(each);
    if (seen.values >= WINDOW) age(seen);
    return drifted;
  }
}

function decide({ values, hits, drifted }: Seen, entity: string): string | null {
  const count = hits.get(entity) ?? 0;
  if (drifted.has(entity) || count < HITS_LEAST || count < values * SHARE_LEAST) return null;
  drifted.add(entity);
  return entity;
}

function age(seen: Seen): void {
  seen.values /= 2;
  for (const [entity, count] of seen.hits) seen.hits.set(entity, count / 2);
}

/** What the value is as a whole, or null. */
function wholeOf(value: string, found: readonly Span[]): string | null {
  const length = value.trim().length;
  return found.find(({ start, end }) => end - start >= length * COVERED)?.entity ?? null;
}
