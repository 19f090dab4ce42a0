import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { BailiwickError, inTransaction, type Logger, type Runnable } from '@bailiwick/platform';
import type pg from 'pg';
import type { ConnectionKind, ConnectionTerms } from '../terms/connection-terms.js';
import type { Envelope } from './envelope.js';
import type { CredentialRequest } from './judge.js';
import type { CrmLogins } from './login/crm-logins.js';
import { logOut, loginOf } from './login/logins.js';
import { recordMint } from './mints.js';
import type { Replays } from './replays.js';
import { lockConnection, standingNow } from './standings.js';

/** Longest life of a lease, in seconds. */
export const LEASE_SECONDS = 300;
/** A CRM's token that could not be ended for so long has ended by itself. */
const GIVE_UP = '1 day';
const PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
const AT_ONCE = 20;

/** What a lease is minted from. */
export interface LeaseDraft {
  readonly request: CredentialRequest;
  readonly connection: string;
  readonly terms: ConnectionTerms;
  readonly client: string;
  /** Token by which it is asked for; one token is good for one lease. */
  readonly tokenId: string;
  /** Record for whose answer it is; empty for reading. */
  readonly event: string;
}

/** A CRM's own credential, on loan to one cell for one purpose and object of one tenant. */
export interface GrantedLease {
  readonly id: string;
  readonly mintedAt: Date;
  readonly expiresAt: Date;
  readonly accessToken: string;
  readonly instanceUrl: string | null;
  /** The CRM's own id of the account, when it says so. */
  readonly account: string | null;
}

interface Open {
  readonly lease_id: string;
  readonly kind: ConnectionKind;
  readonly sealed_token: string;
  readonly revocation_endpoint: string;
  readonly shared: boolean;
}

/** What leases are minted with. */
export interface LeaseParts {
  readonly database: pg.Pool;
  readonly logins: CrmLogins;
  readonly envelope: Envelope;
  readonly replays: Replays;
  readonly logger: Logger;
}

/**
 * Mints leases and ends them at the CRM when they are over. The CRM's token is in the store sealed, and only for as long as
 * it takes to end it there; not at all where a CRM can end none.
 */
export class Leases implements Runnable {
  readonly #stopping = new AbortController();
  #wake: () => void = () => undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(private readonly parts: LeaseParts) {}

  /**
   * Logs in to the CRM and records the lease before anybody has it. Throws `credential-revoked`, `token-invalid` for a
   * token that was used, and what logging in throws.
   */
  async mint(draft: LeaseDraft): Promise<GrantedLease> {
    const { request, connection, terms, tokenId, event, client } = draft;
    const { tenant, cell, purpose, object } = request;
    const name = { tenant, connection };
    const { database, logins, envelope } = this.parts;
    const grant = await logins.logIn(name, terms);
    const endpoint = loginOf(terms).end?.endpoint(terms) ?? null;
    const id = `lease_${randomUUID()}`;
    const seconds = Math.min(LEASE_SECONDS, grant.seconds ?? LEASE_SECONDS);
    const sealed = endpoint === null ? null : await envelope.seal(grant.accessToken, id);
    const minted = await inTransaction(database, async (db) => {
      await lockConnection(db, name);
      if ((await standingNow(db, name))?.revoked)
        throw new BailiwickError('credential-revoked', `the connection ${connection} is revoked`);
      const { rows } = await db.query<{ minted_at: Date; expires_at: Date }>(
        `INSERT INTO control.lease (lease_id, token_id, tenant, cell, purpose, object, connection, client, event,
           audience, kind, revocation_endpoint, token_digest, sealed_token, minted_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
                 date_trunc('milliseconds', clock_timestamp()), clock_timestamp() + $15 * interval '1 second')
         ON CONFLICT (token_id) DO NOTHING RETURNING minted_at, expires_at`,
        [
          id,
          tokenId,
          tenant,
          cell,
          purpose,
          object,
          connection,
          client,
          event,
          terms.audience,
          terms.kind,
          endpoint,
          digestOf(grant.accessToken),
          sealed,
          seconds,
        ],
      );
      const [row] = rows;
      if (!row) throw new BailiwickError('token-invalid', 'the token was used for a lease before');
      await recordMint(db, { id, request, connection, client, event, token: tokenId, seconds });
      return row;
    }).catch(async (thrown: unknown) => {
      if (endpoint !== null) await logOut(terms.kind, endpoint, grant.accessToken).catch(() => undefined);
      throw thrown;
    });
    return { id, ...grant, mintedAt: minted.minted_at, expiresAt: minted.expires_at };
  }

  /** Looks now for what is to be ended at a CRM. */
  wake(): void {
    this.#wake();
  }

  async start(): Promise<void> {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted;) {
      const { promise: woken, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      try {
        await this.#endAll();
        await this.parts.replays.sweep();
        failures = 0;
      } catch (error) {
        if (failures++ === 0)
          this.parts.logger.warn('a CRM token that is over could not be ended yet', { error });
      }
      const pause = Math.min(PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
      await Promise.race([woken, sleep(pause, undefined, { signal }).catch(() => undefined)]);
    }
  }

  /** A CRM may give the same token twice: it is ended with the last lease that has it. */
  async #endAll(): Promise<void> {
    const { rows } = await this.parts.database.query<Open>(
      `SELECT lease_id, kind, sealed_token, revocation_endpoint,
              minted_at < now() - $1::interval OR EXISTS (
                SELECT 1 FROM control.lease o WHERE o.token_digest = l.token_digest AND o.lease_id <> l.lease_id
                  AND o.ended_at IS NULL AND o.expires_at > now()) AS shared
       FROM control.lease l
       WHERE sealed_token IS NOT NULL AND (ended_at IS NOT NULL OR expires_at <= now()) LIMIT $2`,
      [GIVE_UP, AT_ONCE],
    );
    const ends = await Promise.allSettled(rows.map((row) => this.#end(row)));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async #end({
    lease_id: id,
    kind,
    sealed_token: sealed,
    revocation_endpoint: url,
    shared,
  }: Open): Promise<void> {
    if (!shared) await logOut(kind, url, await this.parts.envelope.open(sealed, id));
    await this.parts.database.query(
      `UPDATE control.lease SET sealed_token = NULL, ended_at = coalesce(ended_at, now()), ended_by = coalesce(ended_by, 'time')
       WHERE lease_id = $1`,
      [id],
    );
  }
}

/** Tells whether two leases have one token; a token is long and drawn by lot, so its digest gives nothing away. */
const digestOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
