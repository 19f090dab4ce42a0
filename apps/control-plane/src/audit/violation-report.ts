import { EVENT_TYPES, topicNames } from '@bailiwick/contracts';
import { emit } from '@bailiwick/kafka';
import type { ErrorCode } from '@bailiwick/platform';
import type { Db } from '../db.js';
import type { Waiting } from './cell-outbox.js';

/** A violation that a cell's lineage is to know. */
export interface Reported {
  /** The same attempt has the same id, and is recorded once. */
  readonly id: string;
  readonly regions: readonly string[];
  /** Tenant that it is about; empty when none. */
  readonly tenant: string;
  readonly code: ErrorCode;
  /** A sentence that names no person. */
  readonly detail: string;
}

/** Records a violation in the transaction of what it is about; it reaches the cells soon after. */
export async function report(db: Db, { id, regions, tenant, code, detail }: Reported): Promise<void> {
  await db.query(
    `INSERT INTO control.violation (violation_id, region, tenant, code, detail)
     SELECT $1, region, $3, $4, $5 FROM unnest($2::text[]) AS region ON CONFLICT DO NOTHING`,
    [id, regions, tenant, code, detail],
  );
}

interface Row {
  readonly violation_id: string;
  readonly tenant: string;
  readonly code: string;
  readonly detail: string;
  readonly at: Date;
}

/** Violations on their way to the cells. */
export const VIOLATIONS: Waiting<Row> = {
  table: 'control.violation',
  written: ({ violation_id: violationId, tenant, code, detail, at }, { region, jurisdiction }) => {
    const message = {
      violationId,
      eventId: '',
      tenant,
      code,
      service: 'control-plane',
      region,
      jurisdiction,
      at,
      traceId: '',
      detail,
    };
    return {
      attributes: { eventId: violationId, tenant, purpose: '', object: '', subject: '' },
      classification: 'Internal',
      outcomes: [
        emit({ topic: topicNames(jurisdiction).violation, type: EVENT_TYPES.violation, message, fact: null }),
      ],
      traceparent: null,
    };
  },
};
