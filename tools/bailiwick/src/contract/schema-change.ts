/** A JSON Schema, as far as changes of it are judged: the keywords that our generator writes. */
export type JsonSchema = { readonly [keyword: string]: unknown } | boolean;

/** One change after which a message may not be what readers of the released schema expect. */
export interface BreakingChange {
  /** JSON pointer into the message, for example `/tokens/input`; empty for the whole of it. */
  readonly path: string;
  readonly sentence: string;
}

/** Keywords that say something for people, or of the schema itself, and nothing of a message. */
const WORDS = new Set(['$schema', '$id', 'title', 'description', 'examples', 'deprecated', '$comment']);
const LOWER = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const UPPER = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];
const STRUCTURE = new Set([
  'type',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'anyOf',
  'enum',
  'const',
]);

const isObject = (schema: unknown): schema is { readonly [keyword: string]: unknown } =>
  typeof schema === 'object' && schema !== null && !Array.isArray(schema);
const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map((item: unknown) => JSON.stringify(item)) : [];
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const typesOf = ({ type }: { readonly type?: unknown }): readonly unknown[] | null =>
  type === undefined ? null : Array.isArray(type) ? type : [type];

/** The ways in which a schema may be fulfilled: the branches of `anyOf`, each with what stands beside it. */
function branches(schema: JsonSchema): readonly JsonSchema[] {
  if (!isObject(schema) || !Array.isArray(schema['anyOf'])) return [schema];
  const { anyOf, ...beside } = schema;
  return listOf(anyOf).map((branch) =>
    isObject(branch) ? { ...beside, ...branch } : (branch as JsonSchema),
  );
}

/**
 * What readers of `released` may not expect of messages that fulfil `next`. Empty only when every such message fulfils `released` too;
 * a change that cannot be judged counts as breaking. Adding a member is none, since readers let pass what they do not know.
 */
export function breakingChanges(
  released: JsonSchema,
  next: JsonSchema,
  path = '',
): readonly BreakingChange[] {
  if (released === true || next === false) return [];
  if (released === false || !isObject(released)) return [{ path, sentence: 'it must not be there' }];
  if (!isObject(next)) return [{ path, sentence: 'it may be anything now' }];
  if (Array.isArray(released['anyOf']) || Array.isArray(next['anyOf'])) {
    const before = branches(released);
    return branches(next).flatMap((branch) => {
      const attempts = before.map((known) => breakingChanges(known, branch, path));
      if (attempts.some((changes) => changes.length === 0)) return [];
      const same = attempts[before.findIndex((known) => sameType(known, branch))];
      return same ?? [{ path, sentence: `it may be ${nameOf(branch)} now` }];
    });
  }
  return [
    ...typeChanges(released, next, path),
    ...valueChanges(released, next, path),
    ...boundChanges(released, next, path),
    ...memberChanges(released, next, path),
    ...itemChanges(released, next, path),
    ...otherChanges(released, next, path),
  ];
}

const sameType = (a: JsonSchema, b: JsonSchema): boolean =>
  isObject(a) && isObject(b) && JSON.stringify(a['type']) === JSON.stringify(b['type']);
const nameOf = (schema: JsonSchema): string =>
  isObject(schema) ? JSON.stringify(schema['type'] ?? schema['enum'] ?? 'of another kind') : String(schema);

type Judge = (
  released: { readonly [keyword: string]: unknown },
  next: { readonly [keyword: string]: unknown },
  path: string,
) => readonly BreakingChange[];

const typeChanges: Judge = (released, next, path) => {
  const before = typesOf(released);
  if (before === null) return [];
  const now = typesOf(next);
  const allowed = (type: unknown): boolean =>
    before.includes(type) || (type === 'integer' && before.includes('number'));
  if (now !== null && now.every(allowed)) return [];
  return [{ path, sentence: `its type was ${before.join(' or ')} and is ${now?.join(' or ') ?? 'any'}` }];
};

/** Values that a schema lists, as JSON; null when it lists none. */
function valuesOf({ enum: listed, const: only }: { readonly enum?: unknown; readonly const?: unknown }) {
  if (listed !== undefined) return texts(listed);
  return only === undefined ? null : texts([only]);
}

const valueChanges: Judge = (released, next, path) => {
  const before = valuesOf(released);
  if (before === null) return [];
  const now = valuesOf(next);
  const news = now?.filter((value) => !before.includes(value));
  if (news?.length === 0) return [];
  return [
    { path, sentence: news ? `it may be ${news.join(', ')} now` : 'its values are not listed any more' },
  ];
};

const boundChanges: Judge = (released, next, path) => {
  const changed = (keyword: string, holds: (before: number, now: number) => boolean) => {
    const [before, now] = [released[keyword], next[keyword]];
    if (typeof before !== 'number' || (typeof now === 'number' && holds(before, now))) return [];
    return [{ path, sentence: `${keyword} was ${before} and is ${typeof now === 'number' ? now : 'none'}` }];
  };
  return [
    ...LOWER.flatMap((keyword) => changed(keyword, (before, now) => now >= before)),
    ...UPPER.flatMap((keyword) => changed(keyword, (before, now) => now <= before)),
  ];
};

const memberChanges: Judge = (released, next, path) => {
  const [before, now] = [released['properties'], next['properties']].map((known) =>
    isObject(known) ? known : {},
  ) as [Record<string, JsonSchema>, Record<string, JsonSchema>];
  const required = texts(next['required']);
  const missing = listOf(released['required']).filter((name) => !required.includes(JSON.stringify(name)));
  const others = (next['additionalProperties'] ?? true) as JsonSchema;
  const rest = (released['additionalProperties'] ?? true) as JsonSchema;
  return [
    ...missing.map((name) => ({
      path: `${path}/${String(name)}`,
      sentence: Object.hasOwn(now, String(name)) ? 'it was always there and may be missing' : 'it is gone',
    })),
    ...Object.entries(before).flatMap(([name, schema]) =>
      // A member that was optional and is gone is no loss; one under its name may still come, and is then as any other.
      Object.hasOwn(now, name)
        ? breakingChanges(schema, now[name] ?? true, `${path}/${name}`)
        : missing.includes(name)
          ? []
          : breakingChanges(schema, others, `${path}/${name}`),
    ),
    ...Object.entries(now)
      .filter(([name]) => !Object.hasOwn(before, name))
      .flatMap(([name, schema]) => breakingChanges(rest, schema, `${path}/${name}`)),
    ...breakingChanges(rest, others, `${path}/*`),
  ];
};

const itemChanges: Judge = (released, next, path) =>
  breakingChanges(
    (released['items'] ?? true) as JsonSchema,
    (next['items'] ?? true) as JsonSchema,
    `${path}/[]`,
  );

/** What only ever narrows, such as a pattern, may come and may not go or change. */
const otherChanges: Judge = (released, next, path) =>
  Object.keys(released)
    .filter(
      (keyword) => !WORDS.has(keyword) && !STRUCTURE.has(keyword) && ![...LOWER, ...UPPER].includes(keyword),
    )
    .filter((keyword) => JSON.stringify(released[keyword]) !== JSON.stringify(next[keyword]))
    .map((keyword) => ({ path, sentence: `${keyword} has changed` }));

/** What to do about breaking changes, in a sentence for who made them. */
export const breakingSentence = (contract: string, changes: readonly BreakingChange[]): string =>
  [
    `${contract} breaks its readers. Keep it as it was and publish what differs as a new major version beside it (a topic, type and schema of .v2):`,
    ...changes.map(({ path, sentence }) => `  ${path || '/'}: ${sentence}`),
  ].join('\n');
