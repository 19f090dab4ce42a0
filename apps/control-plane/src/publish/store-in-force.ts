import type { CellSpec } from '@bailiwick/domain';
import type { HealthCheck } from '@bailiwick/platform';
import type pg from 'pg';
import type { Book } from '../book/book.js';
import type { DeployedCell } from '../seed/deployed-cell.js';
import type { InForce } from './cell-publisher.js';
import { Statements, cellStatements, jurisdictionStatements, type Statement } from './statements.js';

/** What is in force, as the store says it now. The list is the same array as long as nothing took effect. */
export class StoreInForce implements InForce {
  readonly check: HealthCheck = { name: 'store', problem: () => this.#problem };
  /** What the deployment says, and no change alters. */
  readonly #deployment: readonly Statement[];
  readonly #things: Statements;
  #made: { readonly seq: number; readonly statements: readonly Statement[] } | null = null;
  #problem: string | null = null;

  constructor(
    private readonly book: Book,
    private readonly database: pg.Pool,
    cells: readonly DeployedCell[],
    specs: readonly CellSpec[],
  ) {
    this.#deployment = [...jurisdictionStatements(specs), ...cellStatements(cells)];
    this.#things = new Statements(book);
  }

  async statements(): Promise<readonly Statement[]> {
    this.#problem = 'the store does not answer';
    await this.book.refresh(this.database);
    this.#problem = null;
    const { seq } = this.book;
    if (this.#made?.seq !== seq)
      this.#made = { seq, statements: [...this.#deployment, ...this.#things.all()] };
    return this.#made.statements;
  }

  onChange(listener: () => void): void {
    this.book.onChange(listener);
  }
}
