import type { PoolReport } from '@bailiwick/contracts';
import type { CellSpec, Pool } from '@bailiwick/domain';
import type { ControlReader } from '@bailiwick/kafka';
import { poolNow, type PoolReport as Reported } from '@bailiwick/policy';

/** The pools of all cells, twice. */
export interface Pools {
  /** As they are now. */
  readonly now: readonly Pool[];
  /** As they would be with room in each. */
  readonly roomy: readonly Pool[];
}

function withRoom(pool: Pool): Pool {
  const { room: _, ...rest } = pool;
  return rest;
}

/**
 * The pools that people agreed on, those of this cell as their adapters report them. Of other cells nobody here knows more: a
 * record that meets a full pool there waits there. The lists stay the same objects while they say the same, so that
 * what is known of them need not be found again.
 */
export class PoolInventory {
  readonly #reports = new Map<string, Reported>();
  #agreed: readonly Pool[] = [];
  #pools: Pools = { now: [], roomy: [] };
  /** Until when the lists hold, unless something new is heard. */
  #until = Number.NEGATIVE_INFINITY;

  /** `staleAfterMs`: age from which a report counts for nothing. */
  constructor(
    private readonly cell: CellSpec,
    private readonly control: Pick<ControlReader, 'all'>,
    private readonly staleAfterMs: number,
  ) {}

  /** Learns what the adapter of a pool says; what is about another pool, or of another cell, is nobody's word. */
  take(pool: string, { region, at, room, statement, ...report }: PoolReport): void {
    if (report.pool !== pool || region !== this.cell.region) return;
    this.#reports.set(pool, {
      at: at?.getTime() ?? 0,
      room,
      statement: statement && {
        at: statement.at?.getTime() ?? 0,
        models: statement.models,
        accelerators: statement.accelerators?.ids,
      },
    });
    this.#until = Number.NEGATIVE_INFINITY;
  }

  /** The pools at a time, in milliseconds since the epoch. */
  at(now: number): Pools {
    const agreed = this.control.all('pool');
    const same =
      agreed.length === this.#agreed.length && agreed.every((pool, index) => pool === this.#agreed[index]);
    if (same && now < this.#until) return this.#pools;
    this.#agreed = agreed;
    this.#until = this.#nextChange(now);
    const pools = agreed.map((pool) =>
      pool.region === this.cell.region
        ? poolNow(pool, this.#reports.get(pool.id), now, this.staleAfterMs)
        : pool,
    );
    this.#pools = { now: pools, roomy: pools.map(withRoom) };
    return this.#pools;
  }

  /** When the next report begins or ceases to count. */
  #nextChange(now: number): number {
    const times = [...this.#reports.values()].flatMap(({ at, statement }) =>
      [at, statement?.at ?? at].flatMap((time) => [time - this.staleAfterMs, time + this.staleAfterMs + 1]),
    );
    return Math.min(...times.filter((time) => time > now), Number.POSITIVE_INFINITY);
  }
}
