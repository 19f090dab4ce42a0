import { z } from 'zod';
import type { World } from '../check/world.js';
import { problemsOf } from '../check/check-thing.js';
import type { Book } from '../book/book.js';
import type { DeployedCell } from '../seed/deployed-cell.js';
import { differenceLines, differences } from '../terms/diff.js';
import { KINDS, TERMS, keyOf, type CatalogTerms, type Name, type PoolTerms } from '../terms/thing.js';

/** One thing of a change, as it was proposed and as it stood then. */
export const Operation = z.strictObject({
  kind: z.enum(KINDS),
  id: z.string().min(1),
  /** Version that it changes; 0 for a new thing. */
  base: z.int().nonnegative(),
  /** What the thing said at that version; null for a new or retired one. */
  before: z.json(),
  /** What it is to say; null retires it. */
  after: z.json(),
});
export type Operation = z.infer<typeof Operation>;
/** Terms as they are sent and kept, before or after they are parsed as those of their kind. */
export type RawTerms = Operation['after'];

export const nameOf = (scope: string, { kind, id }: Operation): Name => ({ kind, scope, id });

/** The change as people read it: for each thing a heading, then a line for each difference. */
export const diffOf = (operations: readonly Operation[]): readonly string[] =>
  operations.flatMap(({ kind, id, base, before, after }) => {
    const what = after === null ? 'retired' : before === null ? 'new' : `version ${base} → ${base + 1}`;
    const lines = differenceLines(differences(before ?? undefined, after ?? undefined));
    return [`${kind} ${id} (${what})`, ...lines.map((line) => `  ${line}`)];
  });

/**
 * Everything that would be wrong if the operations took effect now: in the things themselves, and in purposes that
 * stand on a catalog or pool which they change. Each problem names the thing and the path in it.
 */
export function problemsOfChange(
  scope: string,
  operations: readonly Operation[],
  book: Book,
  cells: readonly DeployedCell[],
  entities: ReadonlySet<string>,
): readonly string[] {
  const changed = new Map(operations.map((operation) => [keyOf(nameOf(scope, operation)), operation.after]));
  const things = KINDS.flatMap((kind) => book.all(kind)).map(({ body, ...name }) => {
    const after = changed.get(keyOf(name));
    return { ...name, body: after === undefined ? body : after, touched: after !== undefined };
  });
  const known = new Set(things.map(keyOf));
  for (const operation of operations) {
    const name = nameOf(scope, operation);
    if (!known.has(keyOf(name)))
      things.push({ ...name, version: 0, changeId: '', at: '', body: operation.after, touched: true });
  }
  const standing = things.filter(({ body }) => body !== null);
  const world: World = {
    jurisdictionOf: (region) => cells.find((cell) => cell.region === region)?.jurisdiction,
    catalog: (object) =>
      standing.find(({ kind, id }) => kind === 'catalog' && id === object)?.body as CatalogTerms | undefined,
    pools: standing.flatMap(({ kind, body }) => (kind === 'pool' ? [body as PoolTerms] : [])),
    entities,
  };
  const ground = operations.some(({ kind }) => kind === 'catalog' || kind === 'pool');
  const tenants = new Set(
    standing.flatMap(({ kind, scope: tenant }) => (kind === 'profile' ? [tenant] : [])),
  );
  return standing
    .filter(({ kind, touched }) => touched || (ground && kind === 'purpose'))
    .flatMap(({ kind, scope: owner, id, body }) => {
      const parsed = TERMS[kind].safeParse(body);
      const found = parsed.success
        ? [...problemsOf(kind, owner, parsed.data, world)]
        : parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), problem: message }));
      if ((kind === 'purpose' || kind === 'policy') && !tenants.has(owner))
        found.push({ path: '', problem: `${owner} has no residency profile` });
      return found.map(
        ({ path, problem }) => `${kind} ${id}: ${path === '' ? problem : `${path}: ${problem}`}`,
      );
    });
}
