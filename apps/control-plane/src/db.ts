import type pg from 'pg';

/** A connection to the store, or a transaction on one. */
export type Db = Pick<pg.PoolClient, 'query'>;

/** Effects are numbered under this lock, so that they become visible in the order of their numbers. */
export const lockEffects = (db: Db): Promise<unknown> =>
  db.query(`SELECT pg_advisory_xact_lock(hashtext('bailiwick/control/effects'))`);
