import { z } from 'zod';
import type { World } from '../check/world.js';
import { problemsOf } from '../check/check-thing.js';
import type { Problem } from '../check/problem.js';
import type { Book } from '../book/book.js';
import type { DeployedCell } from '../seed/deployed-cell.js';
import { differenceLines, differences } from '../terms/diff.js';
import {
  KINDS,
  MESH,
  TERMS,
  belongsTo,
  keyOf,
  type CatalogTerms,
  type Kind,
  type Name,
  type PoolTerms,
} from '../terms/thing.js';

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

/** A thing as it would be; what it says is not parsed yet. */
interface Thing extends Name {
  readonly body: unknown;
}

export const nameOf = (scope: string, { kind, id }: Operation): Name => ({ kind, scope, id });

/** The key that a pool's terms name. */
export const keyIn = (terms: RawTerms): unknown =>
  typeof terms === 'object' && terms !== null && !Array.isArray(terms) ? terms['publicKey'] : undefined;

/** A pool's new terms: where they name no key, with the one in force, which whoever changes something else need not repeat. */
export function withKeyInForce(before: RawTerms, terms: RawTerms): RawTerms {
  const key = keyIn(before);
  if (typeof key !== 'string' || typeof terms !== 'object' || terms === null || Array.isArray(terms))
    return terms;
  return { publicKey: key, ...terms };
}

/** A pool keeps its key: requests that are on their way are sealed to it (decision 0013). */
function problemsOfKey({ kind, id, before, after }: Operation): readonly string[] {
  if (kind !== 'pool' || after === null) return [];
  const [was, is] = [keyIn(before), keyIn(after)];
  if (is === undefined) return [`pool ${id}: publicKey: a pool has a key, to which requests are sealed`];
  return was === undefined || was === is
    ? []
    : [`pool ${id}: publicKey: a key is not replaced; agree on a new pool and retire this one`];
}

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
  const changed = new Map(operations.map((operation) => [keyOf(nameOf(scope, operation)), operation]));
  const after = ({ kind, scope: owner, id, body }: Thing): Thing => {
    const operation = changed.get(keyOf({ kind, scope: owner, id }));
    return { kind, scope: owner, id, body: operation ? operation.after : body };
  };
  const ground = [...book.all('catalog', MESH), ...book.all('pool', MESH)].map(after);
  const touched = operations.map((operation): Thing => ({
    ...nameOf(scope, operation),
    body: operation.after,
  }));
  const misread = touched.flatMap(misreadings);
  if (misread.length > 0) return misread;
  const groundOf = (kind: Kind): readonly Thing[] =>
    [...ground, ...touched].filter((thing) => thing.kind === kind && thing.body !== null);
  const world: World = {
    jurisdictionOf: (region) => cells.find((cell) => cell.region === region)?.jurisdiction,
    catalog: (object) =>
      groundOf('catalog').find(({ id }) => id === object)?.body as CatalogTerms | undefined,
    pools: groundOf('pool').map(({ body }) => body as PoolTerms),
    entities,
  };
  const hasProfile = (tenant: string): boolean => {
    const operation = changed.get(keyOf({ kind: 'profile', scope: tenant, id: tenant }));
    return operation ? operation.after !== null : book.hasTenant(tenant);
  };
  const keys = operations.flatMap(problemsOfKey);
  const own = touched.flatMap((thing) => [
    ...problemsOfThing(thing, world),
    ...(belongsTo(thing.kind) === 'tenant' && thing.body !== null && !hasProfile(thing.scope)
      ? [`${thing.kind} ${thing.id}: ${thing.scope} has no residency profile`]
      : []),
  ]);
  return operations.some(({ kind }) => belongsTo(kind) === 'mesh')
    ? [...keys, ...own, ...problemsOfPurposes(book, world)]
    : own;
}

const sentence = ({ path, problem }: Problem): string => (path === '' ? problem : `${path}: ${problem}`);

/** What keeps a thing from being read as one of its kind. */
function misreadings({ kind, id, body }: Thing): readonly string[] {
  const parsed = body === null ? undefined : TERMS[kind].safeParse(body);
  return (parsed?.error?.issues ?? []).map(
    ({ path, message }) => `${kind} ${id}: ${sentence({ path: path.join('.'), problem: message })}`,
  );
}

function problemsOfThing({ kind, scope, id, body }: Thing, world: World): readonly string[] {
  if (body === null) return [];
  return problemsOf(kind, scope, TERMS[kind].parse(body), world).map(
    (problem) => `${kind} ${id}: ${sentence(problem)}`,
  );
}

/** What a catalog or pool would leave purposes of all tenants with: how many, and not whose. */
function problemsOfPurposes(book: Book, world: World): readonly string[] {
  const counts = new Map<string, number>();
  for (const { scope, body } of book.everywhere('purpose'))
    for (const problem of body === null ? [] : problemsOf('purpose', scope, body, world))
      counts.set(sentence(problem), (counts.get(sentence(problem)) ?? 0) + 1);
  return [...counts].map(([problem, count]) => `${count} purposes would stand wrong: ${problem}`);
}
