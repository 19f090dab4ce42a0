import type { Json } from '@bailiwick/domain';

/** One difference between two versions of a thing, at one path. */
export interface Difference {
  /** For example `permitted.0.highestSensitivity`; empty for the thing as a whole. */
  readonly path: string;
  /** Absent where there was nothing. */
  readonly before?: Json;
  /** Absent where nothing is left. */
  readonly after?: Json;
}

const isParent = (value: Json | undefined): value is Json & object =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0;

/** Differences at the deepest paths where there are some, in the order of their paths. Empty for equal values. */
export function differences(before: Json | undefined, after: Json | undefined, path = ''): Difference[] {
  if (isParent(before) && isParent(after) && Array.isArray(before) === Array.isArray(after)) {
    const [from, to] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
    return [...new Set([...from.keys(), ...to.keys()])].flatMap((name) =>
      differences(from.get(name), to.get(name), path === '' ? name : `${path}.${name}`),
    );
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
}

/** A difference as people read it, one line a leaf: `~ isolation: "shared" → "dedicated"`. */
export function differenceLines(found: readonly Difference[]): readonly string[] {
  return found.flatMap(({ path, before, after }) => {
    if (before === undefined) return leaves(path, after).map((leaf) => `+ ${leaf}`);
    if (after === undefined) return leaves(path, before).map((leaf) => `- ${leaf}`);
    return [`~ ${path}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`];
  });
}

function leaves(path: string, value: Json | undefined): readonly string[] {
  if (!isParent(value)) return [`${path}: ${JSON.stringify(value)}`];
  return Object.entries(value).flatMap(([name, inner]: [string, Json]) =>
    leaves(path === '' ? name : `${path}.${name}`, inner),
  );
}
