import { connectionKey } from '@bailiwick/domain';
import { databaseError } from '@bailiwick/platform';
import type pg from 'pg';
import type { ConnectionTerms } from '../../terms/connection-terms.js';
import type { ConnectionName, CrmKeys } from '../crm-keys.js';
import { loginOf } from './logins.js';
import { LoginBusy, type CrmGrant } from './token-request.js';

/**
 * Logs in to CRMs through connections, with what each has in use. One login of a connection at a time, since a refresh token may be
 * good for one only; and none while the CRM's token endpoint wants to be left alone.
 */
export class CrmLogins {
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #notBefore = new Map<string, number>();

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
    try {
      const { next, ...grant } = await loginOf(terms).logIn(terms, secret, kid);
      // Before anybody has the token: the CRM takes the old one no more.
      if (next) await this.keys.renew(this.database, name, { kid, secret: next }).catch(rethrown);
      return grant;
    } catch (thrown) {
      if (thrown instanceof LoginBusy) this.#notBefore.set(key, this.now() + thrown.retryAfterMs);
      throw thrown;
    }
  }
}

const rethrown = (thrown: unknown): Promise<never> => Promise.reject(databaseError(thrown));
