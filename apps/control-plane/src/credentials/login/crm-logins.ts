import { connectionKey } from '@bailiwick/domain';
import { BailiwickError, databaseError } from '@bailiwick/platform';
import type pg from 'pg';
import type { ConnectionTerms } from '../../terms/connection-terms.js';
import type { ConnectionName, CrmKeys } from '../crm-keys.js';
import { loginOf } from './logins.js';
import { LoginBusy, type CrmGrant } from './token-request.js';

/** For how long a key or secret that was refused is not shown again: each record that waits asks, and accounts are locked for less. */
const REFUSED_MS = 10_000;

/**
 * Logs in to CRMs through connections, with what each has in use. One login of a connection at a time, since a refresh token may be
 * good for one only; and none while the CRM's token endpoint wants to be left alone.
 */
export class CrmLogins {
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #notBefore = new Map<string, number>();
  /** By connection and kid. */
  readonly #refused = new Map<string, { readonly until: number; readonly error: BailiwickError }>();

  constructor(
    private readonly database: pg.Pool,
    private readonly keys: CrmKeys,
    private readonly now: () => number = Date.now,
  ) {}

  /** Throws `connection-unknown`, `crm-login-refused` with the CRM's codes, and `crm-unavailable` for what passes by itself. */
  async logIn(name: ConnectionName, terms: ConnectionTerms): Promise<CrmGrant> {
    const key = connectionKey(name.tenant, name.connection);
    const before = this.#turns.get(key) ?? Promise.resolve();
    const turn = before.then(() => this.#logIn(key, name, terms));
    const over = turn.catch(() => undefined);
    this.#turns.set(key, over);
    void over.then(() => this.#turns.get(key) === over && this.#turns.delete(key));
    return turn;
  }

  async #logIn(key: string, name: ConnectionName, terms: ConnectionTerms): Promise<CrmGrant> {
    const left = (this.#notBefore.get(key) ?? 0) - this.now();
    if (left > 0) throw new LoginBusy(left);
    this.#notBefore.delete(key);
    const { kid, secret } = await this.keys.inUse(this.database, name).catch(rethrown);
    const shown = `${key}/${kid}`;
    const refused = this.#refused.get(shown);
    if (refused && refused.until > this.now()) throw refused.error;
    this.#refused.delete(shown);
    try {
      const { next, ...grant } = await loginOf(terms).logIn(terms, secret, kid);
      // Before anybody has the token: the CRM takes the old one no more.
      if (next) await this.keys.renew(this.database, name, { kid, secret: next }).catch(rethrown);
      return grant;
    } catch (thrown) {
      if (thrown instanceof LoginBusy) this.#notBefore.set(key, this.now() + thrown.retryAfterMs);
      if (thrown instanceof BailiwickError && thrown.code === 'crm-login-refused')
        this.#refused.set(shown, { until: this.now() + REFUSED_MS, error: thrown });
      throw thrown;
    }
  }
}

const rethrown = (thrown: unknown): Promise<never> => Promise.reject(databaseError(thrown));
