import { inTransaction } from '@bailiwick/platform';
import type { TreeHead, WitnessVerdict } from '@bailiwick/tlog';
import type { Pool } from 'pg';

/** What this cell cosigned last of each log. */
export class WitnessLedger {
  constructor(private readonly database: Pool) {}

  /**
   * Lets a verdict be found on what was cosigned last, and keeps what it accepts in the same transaction: of two requests
   * at a time the second is judged by the first. Throws `database-unavailable`.
   */
  judge(origin: string, verdict: (latest: TreeHead | undefined) => WitnessVerdict): Promise<WitnessVerdict> {
    return inTransaction(this.database, async (client) => {
      await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`witness/${origin}`]);
      const { rows } = await client.query<{ size: string; root: Buffer }>(
        'SELECT size, root FROM lineage.witnessed WHERE origin = $1',
        [origin],
      );
      const [row] = rows;
      const found = verdict(row && { size: Number(row.size), root: row.root });
      if (found.ok)
        await client.query(
          `INSERT INTO lineage.witnessed (origin, size, root, at) VALUES ($1, $2, $3, now())
           ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root, at = excluded.at`,
          [origin, found.latest.size, found.latest.root],
        );
      return found;
    });
  }
}
