import type { Violation } from '@bailiwick/contracts';
import { coalesce, databaseError } from '@bailiwick/platform';
import type { Pool } from 'pg';
import { countViolation } from './violation-metrics.js';

/** Violations in the cell's database. Recording one again changes nothing there, and is counted again. */
export class ViolationLedger {
  /** Records one violation; calls that come together share one statement. Throws `database-unavailable`. */
  readonly record: (violation: Violation) => Promise<void>;

  constructor(private readonly database: Pool) {
    this.record = coalesce((violations) => this.#recordAll(violations));
  }

  async #recordAll(violations: readonly Violation[]): Promise<readonly void[]> {
    const column = (name: keyof Violation): readonly unknown[] =>
      violations.map((violation) => violation[name]);
    await this.database
      .query(
        `INSERT INTO lineage.violation (violation_id, event_id, tenant, code, service, region, jurisdiction, at, trace_id, detail)
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::text[], $10::text[])
         ON CONFLICT (violation_id) DO NOTHING`,
        [
          column('violationId'),
          column('eventId'),
          column('tenant'),
          column('code'),
          column('service'),
          column('region'),
          column('jurisdiction'),
          violations.map(({ at }) => at ?? new Date(0)),
          column('traceId'),
          column('detail'),
        ],
      )
      .catch((thrown: unknown) => {
        throw databaseError(thrown);
      });
    for (const { code } of violations) countViolation(code);
    return violations.map(() => undefined);
  }
}
