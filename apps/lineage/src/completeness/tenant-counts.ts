import { z } from 'zod';
import type { EventOutcome } from '../record/summary.js';
import type { ReadScope } from '../scope/read-scope.js';
import type { ScopedReads } from '../scope/scoped-reads.js';

const count = z.int();
/** Records of a tenant by where they stand: what came in is the sum of the others. */
export const TenantCount = z
  .object({
    tenant: z.string(),
    received: count,
    answered: count,
    held: count,
    denied: count,
    deadLettered: count,
    inFlight: count,
  })
  .meta({ id: 'TenantCount' });
export type TenantCount = Readonly<z.infer<typeof TenantCount>>;

/** The books of the cell, read. Throws `database-unavailable`. */
export class TenantCounts {
  constructor(private readonly reads: ScopedReads) {}

  /** Every tenant's records that came in to this cell, as far as the scope goes. */
  async read(scope: ReadScope): Promise<readonly TenantCount[]> {
    const found = await this.reads.read(scope, (rows) =>
      rows<{ tenant: string; outcome: EventOutcome; records: string }>(
        `SELECT tenant, outcome, count(*) AS records FROM lineage.event
         WHERE received_at IS NOT NULL GROUP BY tenant, outcome ORDER BY tenant`,
      ),
    );
    const tenants = Map.groupBy(found, ({ tenant }) => tenant);
    return [...tenants].map(([tenant, rows]) => {
      const of = (outcome: EventOutcome): number =>
        Number(rows.find((row) => row.outcome === outcome)?.records ?? 0);
      return {
        tenant,
        received: rows.reduce((sum, { records }) => sum + Number(records), 0),
        answered: of('answered'),
        held: of('held'),
        denied: of('denied'),
        deadLettered: of('dead-lettered'),
        inFlight: of('in-flight'),
      };
    });
  }
}
