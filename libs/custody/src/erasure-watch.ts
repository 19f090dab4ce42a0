import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { KeyRing } from './key-ring.js';

/** Channel on which the database tells of erasures: `tenant` or `tenant/subject`. */
export const ERASED_CHANNEL = 'custody_erased';
const RECONNECT_MS = 1_000;

/**
 * Hears of erasures from the database and forgets the keys at once, so that who comes back is sealed under a new one. While it hears
 * nothing, keys are forgotten when their minute is over.
 */
export class ErasureWatch {
  readonly #stopping = new AbortController();
  #client: pg.Client | null = null;
  #loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly pool: pg.Pool,
    private readonly ring: Pick<KeyRing, 'forget' | 'forgetAll'>,
  ) {}

  /** Listens in the background, on a connection of its own. */
  start(): Promise<void> {
    this.#loop = this.#run();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#client?.end().catch(() => undefined);
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#listen().catch(() => undefined);
      await sleep(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Resolves when the connection ends. */
  async #listen(): Promise<void> {
    const client = new pg.Client(this.pool.options);
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    client.once('end', resolve);
    client.on('error', () => resolve());
    client.on('notification', ({ payload = '' }) => {
      const [tenant = '', subject] = payload.split('/');
      this.ring.forget(tenant, subject);
    });
    this.#client = client;
    await client.connect();
    await client.query(`LISTEN ${ERASED_CHANNEL}`);
    // Whatever was erased while nobody listened.
    this.ring.forgetAll();
    if (!this.#stopping.signal.aborted) await ended;
    await client.end().catch(() => undefined);
  }
}
