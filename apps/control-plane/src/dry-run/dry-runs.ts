import type { Book } from '../book/book.js';
import type { Change } from '../change/change-store.js';
import { nameOf } from '../change/operation.js';
import { Statements, statementOf, type Statement } from '../publish/statements.js';
import type { DeployedCell } from '../seed/deployed-cell.js';
import { MESH, TERMS } from '../terms/thing.js';
import { dryRun, rulesOf, type DryRun } from './dry-run.js';
import type { PastDecisions } from './past-decisions.js';

/** Says what a change would alter, without any effect. */
export class DryRuns {
  readonly #statements: Statements;

  constructor(
    private readonly book: Book,
    private readonly cells: readonly DeployedCell[],
    private readonly past: Pick<PastDecisions, 'last'>,
    private readonly now: () => number,
  ) {
    this.#statements = new Statements(book);
  }

  /**
   * Decides the last decisions again: of the change's tenant at its home, or of all tenants in every cell for what
   * belongs to none. A changed profile is taken as if it had been acknowledged.
   */
  async of(change: Change, limit: number): Promise<DryRun> {
    const { scope } = change;
    const home = this.book.profile(scope)?.inForce.body?.homeRegion;
    const regions =
      scope === MESH ? this.cells.map(({ region }) => region) : home === undefined ? [] : [home];
    const tenant = scope === MESH ? null : scope;
    const past = await Promise.all(regions.map((region) => this.past.last(region, tenant, limit)));
    const before = this.#statements.all();
    const after = [...before, ...this.#changed(change)];
    return dryRun(past.flat(), rulesOf(before), rulesOf(after), this.now());
  }

  #changed({ scope, operations }: Change): readonly Statement[] {
    const at = new Date(this.now()).toISOString();
    const acknowledgement = { name: 'dry run', at, textDigest: '0'.repeat(64) };
    return operations.flatMap((operation) => {
      const { kind, base, after } = operation;
      const body = after === null ? null : TERMS[kind].parse(after);
      const thing = { ...nameOf(scope, operation), version: base + 1, body };
      return statementOf(thing, { acknowledgement }) ?? [];
    });
  }
}
