import { inTransaction } from '@bailiwick/platform';
import type { Pool, PoolClient } from 'pg';
import type { ReadScope } from './read-scope.js';

/** Role under which a tenant's reads run: it has no login, owns nothing, and sees rows of the tenant that is set. */
export const READER_ROLE = 'lineage-reader';

/** Asks for rows, within one scope. */
export type Rows = <Row extends object>(sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/**
 * The one way to what lineage has recorded. A tenant's reads see rows of that tenant only, by row-level security of the database, so that a
 * condition that a query forgot leaks nothing; and no read can write.
 */
export class ScopedReads {
  constructor(private readonly database: Pool) {}

  /** Reads in one transaction, of which all rows are of the same moment. Throws `database-unavailable`, and what `work` throws. */
  read<T>(scope: ReadScope, work: (rows: Rows) => Promise<T>): Promise<T> {
    return inTransaction(this.database, async (client) => {
      await client.query(
        `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; ${enter(client, scope)}`,
      );
      return work(async <Row extends object>(sql: string, values: readonly unknown[] = []) => {
        return (await client.query<Row>(sql, [...values])).rows;
      });
    });
  }
}

/** What makes the transaction one of the scope; it ends with the transaction. Whoever owns the tables sees all of them. */
function enter(client: PoolClient, scope: ReadScope): string {
  switch (scope.kind) {
    case 'operator':
      return '';
    case 'tenant':
      return `SET LOCAL ROLE "${READER_ROLE}"; SET LOCAL lineage.tenant = ${client.escapeLiteral(scope.tenant)}`;
  }
}
