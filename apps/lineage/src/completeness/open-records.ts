import type { Fact } from '@bailiwick/contracts';
import { databaseError } from '@bailiwick/platform';
import type { Pool } from 'pg';
import { factOf } from '../log/log-entry.js';
import { ASIDE } from './open-step.js';

/** A record that has not come to an end, with the last fact that moved it. */
export interface OpenRecord {
  readonly last: Fact;
  /** Whether it is at home in this cell. */
  readonly isHome: boolean;
}

/** Records of a tenant by where they stand. */
export type TenantCount = Readonly<
  Record<'received' | 'answered' | 'held' | 'denied' | 'deadLettered' | 'inFlight', number>
> & {
  readonly tenant: string;
};

/** Reads what the database of the cell says of records that are not at their end. Throws `database-unavailable`. */
export class OpenRecords {
  constructor(private readonly database: Pool) {}

  /** Records without an end whose last step is an entry of the log from one index until before another. */
  async between(first: number, end: number): Promise<readonly OpenRecord[]> {
    const rows = await this.#rows<{ entry: Buffer | null; body: Buffer | null; is_home: boolean }>(
      `SELECT last.entry, last.body, event.received_at IS NOT NULL AS is_home
       FROM (SELECT DISTINCT event_id FROM lineage.fact WHERE log_index >= $1 AND log_index < $2) moved
       JOIN lineage.event event ON event.event_id = moved.event_id AND event.outcome = 'in-flight'
       CROSS JOIN LATERAL (
         SELECT entry, body, log_index FROM lineage.fact
         WHERE event_id = moved.event_id AND NOT kind = ANY($3)
         ORDER BY at DESC, seq DESC LIMIT 1) last
       WHERE last.log_index < $2`,
      [first, end, [...ASIDE]],
    );
    return rows.map(({ is_home, ...row }) => ({ last: factOf(row), isHome: is_home }));
  }

  /** Entries of the log whose records are accounted for. */
  async swept(): Promise<number> {
    const [row] = await this.#rows<{ swept: string }>('SELECT swept FROM lineage.log', []);
    return Number(row?.swept ?? 0);
  }

  /** Keeps how far the accounting has come. */
  async keepSwept(size: number): Promise<void> {
    await this.#rows('UPDATE lineage.log SET swept = greatest(swept, $1)', [size]);
  }

  /** Every tenant's records of this cell: what came in is the sum of where they stand. */
  async counts(): Promise<readonly TenantCount[]> {
    const rows = await this.#rows<{ tenant: string; outcome: string; records: string }>(
      `SELECT tenant, outcome, count(*) AS records FROM lineage.event
       WHERE received_at IS NOT NULL GROUP BY tenant, outcome ORDER BY tenant`,
      [],
    );
    return [...new Set(rows.map(({ tenant }) => tenant))].map((tenant) => {
      const of = (outcome?: string): number =>
        rows
          .filter((row) => row.tenant === tenant && (outcome === undefined || row.outcome === outcome))
          .reduce((sum, { records }) => sum + Number(records), 0);
      return {
        tenant,
        received: of(),
        answered: of('answered'),
        held: of('held'),
        denied: of('denied'),
        deadLettered: of('dead-lettered'),
        inFlight: of('in-flight'),
      };
    });
  }

  async #rows<Row extends object>(sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
    try {
      return (await this.database.query<Row>(sql, [...values])).rows;
    } catch (thrown) {
      throw databaseError(thrown);
    }
  }
}
