import { databaseError } from '@bailiwick/platform';
import type pg from 'pg';
import { migrateIngest } from './ingest-schema.js';

/** Records that a process leases at once: what a crash can at most take off a tenant's day. */
const LEASE = 100;

/** What the row says afterwards is exact, whoever else leases meanwhile; it may pass the quota, what is granted may not. */
const LEASE_MORE = `INSERT INTO ingest.day (tenant, day, leased) VALUES ($1, $2, $3)
  ON CONFLICT (tenant, day) DO UPDATE SET leased = ingest.day.leased + $3 RETURNING leased`;

interface Lease {
  readonly day: string;
  left: number;
  /** The day has nothing left to lease. */
  usedUp: boolean;
  asking: Promise<void> | null;
}

/**
 * Counts records a day over all processes of a cell, and over restarts. A process takes from a lease and asks the database only when
 * that is used up, so a tenant never gets more than its quota, and at most one lease less when a process is killed.
 */
export class DailyQuota {
  readonly #leases = new Map<string, Lease>();

  private constructor(private readonly database: pg.Pool) {}

  /** Brings the schema up to date and opens the quotas. */
  static async open(database: pg.Pool): Promise<DailyQuota> {
    await migrateIngest(database);
    return new DailyQuota(database);
  }

  /** Takes one of the tenant's day; false when it is used up. Throws `database-unavailable`. */
  async take(tenant: string, perDay: number, now: Date): Promise<boolean> {
    const day = now.toISOString().slice(0, 10);
    const held = this.#leases.get(tenant);
    const lease: Lease = held?.day === day ? held : { day, left: 0, usedUp: false, asking: null };
    this.#leases.set(tenant, lease);
    // Others may have waited for the same lease, and taken it all.
    while (lease.left === 0 && !lease.usedUp) {
      lease.asking ??= this.#lease(tenant, lease, perDay).finally(() => (lease.asking = null));
      await lease.asking;
    }
    if (lease.left === 0) return false;
    lease.left--;
    return true;
  }

  async #lease(tenant: string, lease: Lease, perDay: number): Promise<void> {
    try {
      const { rows } = await this.database.query<{ leased: string }>(LEASE_MORE, [tenant, lease.day, LEASE]);
      const before = Number(rows[0]?.leased ?? 0) - LEASE;
      lease.left += Math.min(LEASE, Math.max(0, perDay - before));
      lease.usedUp = before + LEASE >= perDay;
    } catch (thrown) {
      throw databaseError(thrown);
    }
  }
}
