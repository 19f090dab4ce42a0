import type { Book } from '../book/book.js';
import type { Db } from '../db.js';
import type { ForeignTenant } from '../people/caller.js';
import { audit, report, subjectDigest } from './audit.js';

const MINUTE_MS = 60_000;

/**
 * Records that somebody asked for what another tenant has: in that tenant's audit, and as a violation in its home cell,
 * one a minute for each caller, so that nobody can fill a cell with them. Asking for a tenant that does not exist is an
 * error and no attempt.
 */
export const recordForeign =
  (book: Book, now: () => number) =>
  async (db: Db, { tenant, caller: { subject } }: ForeignTenant, where: string): Promise<void> => {
    const home = book.profile(tenant)?.inForce.body?.homeRegion;
    if (home === undefined) return;
    await audit(db, { scope: tenant, subject, act: 'foreign', target: where, detail: 'answered 404' });
    const who = subjectDigest(subject);
    await report(db, {
      id: `control-plane/tenant-foreign/${tenant}/${who}/${Math.floor(now() / MINUTE_MS)}`,
      regions: [home],
      tenant,
      code: 'tenant-foreign',
      detail: `subject ${who}, who does not belong to the tenant, asked for what it has (${where})`,
    });
  };
