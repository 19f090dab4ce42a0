import type pg from 'pg';
import { decryptPacked, encryptPacked } from './aead.js';
import { CustodyError } from './custody-error.js';
import { ERASED_CHANNEL } from './erasure-watch.js';
import type { ErasableSecrets } from './erasable-secrets.js';
import { subjectAssociatedData } from './key-ring.js';
import type { Shelf } from './key-store.js';
import { freshShelf, shelfSecret, tenantSecret } from './shelf-keys.js';
import { storeError } from './store-error.js';

/** What is to be erased, on which request. */
export interface ErasureRequested {
  /** Id of the request; the same again is the same erasure. */
  readonly request: string;
  readonly tenant: string;
  /** Data subject, or null for the whole tenant. */
  readonly subject: string | null;
}

/** What was erased. */
export interface Erased extends ErasureRequested {
  /** Keys of data subjects that were destroyed; none when there was nothing of the subject any more. */
  readonly keys: number;
  /** Pseudonyms whose values were forgotten. */
  readonly pseudonyms: number;
  readonly erasedAt: Date;
}

type Row = Omit<Erased, 'request' | 'erasedAt'> & {
  request_id: string;
  erased_at: Date;
  secrets: readonly string[];
};

/**
 * Destroys keys. A data subject's key is wrapped by the secret of its shelf, which lies outside the database. Erasing one replaces
 * that secret: the other keys of the shelf are wrapped anew in the same transaction that forgets the one, and then the old
 * secret is destroyed. So no copy of the database, its logs or its backups is worth anything for who was erased.
 */
export class KeyEraser {
  constructor(
    private readonly pool: pg.Pool,
    private readonly secrets: ErasableSecrets,
  ) {}

  /** Erases; a crash anywhere is made up for by the same request again. Throws `CustodyError`. */
  async erase(request: ErasureRequested): Promise<Erased> {
    const { secrets, ...row } = await this.#inTransaction(async (client) => {
      const begun = await client.query(
        'INSERT INTO custody.erasure (request_id, tenant, subject) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        [request.request, request.tenant, request.subject],
      );
      const { tenant, subject } = request;
      await client.query('SELECT pg_notify($1, $2)', [
        ERASED_CHANNEL,
        subject === null ? tenant : `${tenant}/${subject}`,
      ]);
      if (begun.rowCount === 1)
        await (request.subject === null
          ? forgetTenant(client, request)
          : this.#forgetSubject(client, { ...request, subject: request.subject }));
      const { rows } = await client.query<Row>('SELECT * FROM custody.erasure WHERE request_id = $1', [
        request.request,
      ]);
      const [found] = rows;
      // Whoever asks for something else under an id that was used is told nothing that was not done.
      if (!found || found.tenant !== request.tenant || found.subject !== request.subject)
        throw new CustodyError('key-store-refused');
      return found;
    });
    for (const secret of secrets) await this.secrets.destroy({ tenant: request.tenant, secret });
    const { keys, pseudonyms, erased_at: erasedAt } = row;
    return { ...request, keys, pseudonyms, erasedAt };
  }

  /** Those of the requests that were carried out. Throws `CustodyError`. */
  async done(requests: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#inTransaction(async (client) => {
      const { rows } = await client.query<{ request_id: string }>(
        'SELECT request_id FROM custody.erasure WHERE request_id = ANY($1)',
        [requests],
      );
      return new Set(rows.map(({ request_id }) => request_id));
    });
  }

  async #forgetSubject(
    client: pg.PoolClient,
    { request, tenant, subject }: ErasureRequested & { readonly subject: string },
  ): Promise<void> {
    const found = await client.query<{ shelf: number; pseudonyms: number }>(
      `SELECT shelf, (SELECT count(*)::int FROM custody.pseudonym p WHERE p.tenant = $1 AND p.subject = $2) AS pseudonyms
       FROM custody.subject_key WHERE tenant = $1 AND subject = $2`,
      [tenant, subject],
    );
    const [key] = found.rows;
    if (!key) return;
    const { shelf } = key;
    // Whoever stores a key on this shelf waits from here on, and is refused then, because its secret is another one.
    const held = await client.query<{ key_id: string }>(
      'SELECT key_id FROM custody.shelf WHERE tenant = $1 AND shelf = $2 FOR UPDATE',
      [tenant, shelf],
    );
    const old: Shelf = { tenant, shelf, shelfKeyId: held.rows[0]?.key_id ?? '' };
    const oldKey = await this.secrets.read(shelfSecret(old));
    const { made, key: newKey } = await freshShelf(this.secrets, old);
    await client.query('UPDATE custody.shelf SET key_id = $3 WHERE tenant = $1 AND shelf = $2', [
      tenant,
      shelf,
      made.shelfKeyId,
    ]);
    const gone = await client.query('DELETE FROM custody.subject_key WHERE tenant = $1 AND subject = $2', [
      tenant,
      subject,
    ]);
    await wrapAnew(client, made, oldKey, newKey);
    await client.query(
      'UPDATE custody.erasure SET keys = $2, pseudonyms = $3, secrets = $4 WHERE request_id = $1',
      [request, gone.rowCount, gone.rowCount === 1 ? key.pseudonyms : 0, [shelfSecret(old).secret]],
    );
  }

  async #inTransaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    let client: pg.PoolClient | undefined;
    try {
      client = await this.pool.connect();
      await client.query('BEGIN');
      // A large tenant takes longer than anything else that a service asks of the database.
      await client.query(`SET LOCAL statement_timeout = '30min'`);
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (cause) {
      await client?.query('ROLLBACK').catch(() => undefined);
      throw storeError(cause);
    } finally {
      client?.release();
    }
  }
}

/** Wraps the keys that stay on a shelf by its new secret. */
async function wrapAnew(
  client: pg.PoolClient,
  { tenant, shelf }: Shelf,
  oldKey: Buffer | undefined,
  newKey: Buffer,
): Promise<void> {
  const { rows } = await client.query<{ subject: string; wrapped_key: Buffer }>(
    'SELECT subject, wrapped_key FROM custody.subject_key WHERE tenant = $1 AND shelf = $2',
    [tenant, shelf],
  );
  if (rows.length === 0) return;
  if (!oldKey) throw new CustodyError('key-file-invalid');
  const wrapped = rows.map(({ subject, wrapped_key }) => {
    const bound = subjectAssociatedData('subject-key', { tenant, subject });
    return encryptPacked(newKey, bound, decryptPacked(oldKey, bound, wrapped_key));
  });
  await client.query(
    `UPDATE custody.subject_key SET wrapped_key = anew.wrapped
     FROM unnest($2::text[], $3::bytea[]) AS anew (subject, wrapped)
     WHERE subject_key.tenant = $1 AND subject_key.subject = anew.subject`,
    [tenant, rows.map(({ subject }) => subject), wrapped],
  );
}

/** Forgets all keys of a tenant, its own too, which is never made anew. */
async function forgetTenant(client: pg.PoolClient, { request, tenant }: ErasureRequested): Promise<void> {
  await client.query(
    'UPDATE custody.tenant_key SET wrapped_key = NULL, destroyed_at = now() WHERE tenant = $1 AND wrapped_key IS NOT NULL',
    [tenant],
  );
  const { rows } = await client.query<{ pseudonyms: number }>(
    'SELECT count(*)::int AS pseudonyms FROM custody.pseudonym WHERE tenant = $1',
    [tenant],
  );
  const gone = await client.query('DELETE FROM custody.subject_key WHERE tenant = $1', [tenant]);
  const shelves = await client.query<{ shelf: number; key_id: string }>(
    'DELETE FROM custody.shelf WHERE tenant = $1 RETURNING shelf, key_id',
    [tenant],
  );
  const secrets = shelves.rows.map(
    ({ shelf, key_id }) => shelfSecret({ tenant, shelf, shelfKeyId: key_id }).secret,
  );
  await client.query(
    'UPDATE custody.erasure SET keys = $2, pseudonyms = $3, secrets = $4 WHERE request_id = $1',
    [request, gone.rowCount, rows[0]?.pseudonyms ?? 0, [...secrets, tenantSecret(tenant).secret]],
  );
}
