import { databaseError } from '@bailiwick/platform';
import type { Pool } from 'pg';

/** How far an OpenLineage endpoint was told of the log. Throws `database-unavailable`. */
export class OpenLineageStore {
  constructor(private readonly database: Pool) {}

  /** Entries of the log whose records were told of. */
  async told(): Promise<number> {
    const [row] = await this.#rows<{ told: string }>('SELECT told FROM lineage.log', []);
    return Number(row?.told ?? 0);
  }

  /** Keeps how far it was told. */
  async keepTold(size: number): Promise<void> {
    await this.#rows('UPDATE lineage.log SET told = greatest(told, $1)', [size]);
  }

  /** Records of this cell that have a fact among these entries and stand somewhere, in the order of those facts. */
  async movedBetween(first: number, end: number): Promise<readonly string[]> {
    const rows = await this.#rows<{ event_id: string }>(
      `SELECT fact.event_id FROM lineage.fact fact
       JOIN lineage.event event ON event.event_id = fact.event_id
       WHERE fact.log_index >= $1 AND fact.log_index < $2
         AND event.outcome <> 'in-flight' AND event.received_at IS NOT NULL
       GROUP BY fact.event_id ORDER BY max(fact.log_index)`,
      [first, end],
    );
    return rows.map(({ event_id }) => event_id);
  }

  async #rows<Row extends object>(sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
    try {
      return (await this.database.query<Row>(sql, [...values])).rows;
    } catch (thrown) {
      throw databaseError(thrown);
    }
  }
}
