import type pg from 'pg';
import type { Book } from '../book/book.js';
import type { DeployedCell } from '../seed/deployed-cell.js';
import type { InForce } from './cell-publisher.js';
import { statementsOf, type Statement } from './statements.js';

/** What is in force, as the store says it now. The list is the same array as long as nothing took effect. */
export class StoreInForce implements InForce {
  #made: { readonly seq: number; readonly statements: readonly Statement[] } | null = null;

  constructor(
    private readonly book: Book,
    private readonly database: pg.Pool,
    private readonly cells: readonly DeployedCell[],
  ) {}

  async statements(): Promise<readonly Statement[]> {
    await this.book.refresh(this.database);
    const { seq } = this.book;
    if (this.#made?.seq !== seq) this.#made = { seq, statements: statementsOf(this.book, this.cells) };
    return this.#made.statements;
  }

  onChange(listener: () => void): void {
    this.book.onChange(listener);
  }
}
