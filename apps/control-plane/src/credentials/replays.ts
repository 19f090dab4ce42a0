import { createHash } from 'node:crypto';
import type pg from 'pg';

/**
 * Remembers what may be shown once: `jti` of client assertions and of DPoP proofs, for as long as either is valid. It is in
 * the store, so that a restart forgets nothing.
 */
export class Replays {
  constructor(private readonly database: Pick<pg.Pool, 'query'>) {}

  /** True the first time; false for what was shown before. */
  async first(kind: 'assertion' | 'proof', by: string, jti: string, forSeconds: number): Promise<boolean> {
    const digest = createHash('sha256')
      .update(JSON.stringify([kind, by, jti]))
      .digest('base64url');
    const { rowCount } = await this.database.query(
      `INSERT INTO control.shown_once (digest, until) VALUES ($1, now() + $2 * interval '1 second')
       ON CONFLICT DO NOTHING`,
      [digest, forSeconds],
    );
    return rowCount === 1;
  }

  /** Forgets what is not valid any more. */
  async sweep(): Promise<void> {
    await this.database.query('DELETE FROM control.shown_once WHERE until < now()');
  }
}
