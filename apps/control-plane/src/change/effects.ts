import type { Book } from '../book/book.js';
import { lockEffects, type Db } from '../db.js';
import { insertVersions, type Change } from './change-store.js';
import { nameOf, type Operation } from './operation.js';

/** Whether every thing still stands at the version that the operations change. The book must be fresh. */
export const isCurrent = (book: Book, scope: string, operations: readonly Operation[]): boolean =>
  operations.every(
    (operation) => (book.latest(operation.kind, scope, operation.id)?.version ?? 0) === operation.base,
  );

/** Takes the effects' lock and brings the book up to date: nothing takes effect beside the caller from here on. */
export async function holdEffects(db: Db, book: Book): Promise<void> {
  await lockEffects(db);
  await book.refresh(db);
}

/** Puts what the change says in force. */
export const applyChange = (db: Db, { id, scope, operations }: Change): Promise<void> =>
  insertVersions(
    db,
    id,
    operations.map((operation) => ({
      ...nameOf(scope, operation),
      version: operation.base + 1,
      body: operation.after,
    })),
  );

/** Puts what stood before an emergency in force again, except for what an approved change has altered since. */
export const revertChange = (db: Db, book: Book, { id, scope, operations }: Change): Promise<void> =>
  insertVersions(
    db,
    id,
    operations
      .filter((operation) => book.latest(operation.kind, scope, operation.id)?.version === operation.base + 1)
      .map((operation) => ({
        ...nameOf(scope, operation),
        version: operation.base + 2,
        body: operation.before,
      })),
  );
