import { z } from 'zod';

/** Where a page of a list ends: the time and id of its last row, which no row that comes later can move. */
export interface PageCursor {
  /** As the database writes it, which is finer than a Date. */
  readonly at: string;
  readonly id: string;
}

/** Reads a cursor, base64url. */
export const PageCursor = z.string().transform((text, context): PageCursor => {
  const [at = '', ...rest] = Buffer.from(text, 'base64url').toString().split('|');
  const id = rest.join('|');
  if (id !== '' && !Number.isNaN(Date.parse(at))) return { at, id };
  context.addIssue({ code: 'custom', message: 'is no cursor of this list' });
  return z.NEVER;
});

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Goes on where the page ends; null at the end. */
  readonly next: string | null;
}

/** The page of rows that were read, one more than it may hold where there are more. */
export function pageOf<Row extends PageCursor, T>(
  rows: readonly Row[],
  limit: number,
  itemOf: (row: Row) => T,
): Page<T> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const next =
    last && rows.length > limit ? Buffer.from(`${last.at}|${last.id}`).toString('base64url') : null;
  return { items: page.map(itemOf), next };
}
