import { subjectDigest } from '@bailiwick/platform';
import type { Book } from '../book/book.js';
import type { Db } from '../db.js';
import { audit } from './audit.js';
import { report } from './violation-report.js';

const MINUTE_MS = 60_000;

/** Somebody asked for what a tenant has, and does not belong to it. */
export interface Attempt {
  readonly tenant: string;
  readonly subject: string;
  /** Operation, without what it was given. */
  readonly where: string;
}

/**
 * Records an attempt: in the tenant's audit, and as a violation in its home cell, one a minute for each subject, so that
 * nobody can fill a cell with them. Asking for a tenant that does not exist is an error and no attempt.
 */
export async function recordAttempt(
  db: Db,
  book: Book,
  now: number,
  { tenant, subject, where }: Attempt,
): Promise<void> {
  const home = book.profile(tenant)?.inForce.body?.homeRegion;
  if (home === undefined) return;
  await audit(db, {
    scope: tenant,
    subject,
    act: 'foreign',
    target: where,
    detail: 'answered as if there were nothing',
  });
  const who = subjectDigest(subject);
  await report(db, {
    id: `control-plane/tenant-foreign/${tenant}/${who}/${Math.floor(now / MINUTE_MS)}`,
    regions: [home],
    tenant,
    code: 'tenant-foreign',
    detail: `subject ${who}, who does not belong to the tenant, asked for what it has (${where})`,
  });
}
