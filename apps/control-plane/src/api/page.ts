import { BailiwickError } from '@bailiwick/platform';
import { z } from 'zod';

/** Query parameters of every list. */
export const PageQuery = z.strictObject({
  /** Most items that are answered. */
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** `next` of the answer before. */
  after: z.string().max(500).optional(),
});

/** Schema of one page of a list. */
export const pageOf = <S extends z.ZodType>(
  item: S,
): z.ZodObject<{ items: z.ZodArray<S>; next: z.ZodNullable<z.ZodString> }> =>
  z.object({ items: z.array(item), next: z.string().nullable() });

/** A page, and where the next one begins: after the key of its last item. Null at the end. */
export interface Page<T> {
  readonly items: T[];
  readonly next: string | null;
}

const encode = (key: string): string => Buffer.from(key).toString('base64url');
/** Key that `after` names; undefined for the first page. Throws `query-invalid`. */
export function keyAfter(after: string | undefined): string | undefined {
  if (after === undefined) return undefined;
  const key = Buffer.from(after, 'base64url').toString();
  if (encode(key) !== after)
    throw new BailiwickError('query-invalid', 'after: give `next` of the page before, as it stands');
  return key;
}

/** Number that `after` names, of a list that is numbered; null for the first page. Throws `query-invalid`. */
export function numberAfter(after: string | undefined): number | null {
  const key = keyAfter(after);
  if (key === undefined) return null;
  if (!/^\d{1,15}$/.test(key))
    throw new BailiwickError('query-invalid', 'after: give `next` of the page before, as it stands');
  return Number(key);
}

/** Page of items that were read one more than the limit, in the order of their keys. */
export function toPage<T>(items: readonly T[], limit: number, keyOf: (item: T) => string): Page<T> {
  const taken = items.slice(0, limit);
  const last = taken.at(-1);
  return { items: taken, next: items.length > limit && last !== undefined ? encode(keyOf(last)) : null };
}

/** Page of a whole list that is sorted by its keys. */
export function pageFrom<T>(
  all: readonly T[],
  { limit, after }: z.output<typeof PageQuery>,
  keyOf: (item: T) => string,
): Page<T> {
  const start = keyAfter(after);
  const rest = start === undefined ? all : all.filter((item) => keyOf(item) > start);
  return toPage(rest.slice(0, limit + 1), limit, keyOf);
}
