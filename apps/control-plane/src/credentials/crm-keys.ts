import { generateKeyPair, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { BailiwickError } from '@bailiwick/platform';
import { calculateJwkThumbprint } from 'jose';
import { z } from 'zod';
import type { Db } from '../db.js';
import { CrmKey, CrmSecret } from './crm-secret.js';
import type { Envelope } from './envelope.js';
import { selfSigned } from './self-signed.js';

const generate = promisify(generateKeyPair);

/** Public half of a connection's key, as the CRM's administrator registers it with the connected app. */
export const CrmPublicKey = z.strictObject({
  kty: z.literal('RSA'),
  n: z.string(),
  e: z.string(),
  kid: z.string(),
  /** Its certificate, DER in base64, where the CRM knows keys by certificates. */
  x5c: z.tuple([z.string()]).optional(),
});
export type CrmPublicKey = z.infer<typeof CrmPublicKey>;

/** Names one connection. */
export interface ConnectionName {
  readonly tenant: string;
  readonly connection: string;
}

/** What a connection logs in with now. */
export interface SecretInUse {
  readonly kid: string;
  readonly secret: CrmSecret;
}

interface Row {
  readonly kid: string;
  readonly sealed: string;
}

/**
 * What the connections log in with: private keys of connected apps, and secrets that CRMs gave. They are in the store sealed,
 * and in clear in the memory of this process while it logs in. One of a connection is in use: the newest that was put in use.
 */
export class CrmKeys {
  constructor(private readonly envelope: Envelope) {}

  /** Makes a key that never leaves this process, with a certificate if asked. It signs once `use` puts it in use, when the CRM knows it. */
  async make(db: Db, name: ConnectionName, by: string, certified: boolean): Promise<CrmPublicKey> {
    const { privateKey } = await generate('rsa', { modulusLength: 2048 });
    const key = CrmKey.parse(privateKey.export({ format: 'jwk' }));
    if (!certified) return this.add(db, name, key, by);
    const certificate = await selfSigned(key, `bailiwick ${name.tenant} ${name.connection}`);
    return this.add(db, name, { ...key, x5c: [certificate] }, by);
  }

  /** Keeps a key, sealed. */
  async add(db: Db, name: ConnectionName, key: CrmKey, by: string): Promise<CrmPublicKey> {
    const { kty, n, e, x5c } = key;
    const kid = await calculateJwkThumbprint({ kty, n, e });
    const publicKey = { kty, n, e, kid, ...(x5c && { x5c }) };
    await this.#keep(db, name, { kid, secret: key }, publicKey, by);
    return publicKey;
  }

  /** Takes over a secret that the CRM has made, sealed and in use at once; the others of the connection are destroyed. */
  async take(db: Db, name: ConnectionName, secret: CrmSecret, by: string): Promise<{ readonly kid: string }> {
    const kid = `secret_${randomUUID()}`;
    await this.#keep(db, name, { kid, secret }, null, by);
    await this.use(db, name, kid);
    return { kid };
  }

  /** Keeps what the CRM has put in the place of a secret. */
  async renew(db: Db, { tenant, connection }: ConnectionName, { kid, secret }: SecretInUse): Promise<void> {
    const sealed = await this.envelope.seal(JSON.stringify(secret), contextOf(tenant, connection, kid));
    await db.query(
      'UPDATE control.crm_key SET sealed = $4 WHERE tenant = $1 AND connection = $2 AND kid = $3',
      [tenant, connection, kid, sealed],
    );
  }

  /** Puts a key in use and destroys the others of the connection. False for one that is not there. */
  async use(db: Db, { tenant, connection }: ConnectionName, kid: string): Promise<boolean> {
    const { rowCount } = await db.query(
      'UPDATE control.crm_key SET used_from = now() WHERE tenant = $1 AND connection = $2 AND kid = $3',
      [tenant, connection, kid],
    );
    if (rowCount !== 1) return false;
    await db.query('DELETE FROM control.crm_key WHERE tenant = $1 AND connection = $2 AND kid <> $3', [
      tenant,
      connection,
      kid,
    ]);
    return true;
  }

  /** Whether a connection has a key or secret, in use or not. */
  async has(db: Db, { tenant, connection }: ConnectionName): Promise<boolean> {
    const { rows } = await db.query(
      'SELECT 1 FROM control.crm_key WHERE tenant = $1 AND connection = $2 LIMIT 1',
      [tenant, connection],
    );
    return rows.length > 0;
  }

  /** What a connection logs in with. Throws `connection-unknown` when nothing is in use. */
  async inUse(db: Db, { tenant, connection }: ConnectionName): Promise<SecretInUse> {
    const { rows } = await db.query<Row>(
      `SELECT kid, sealed FROM control.crm_key
       WHERE tenant = $1 AND connection = $2 AND used_from IS NOT NULL ORDER BY used_from DESC LIMIT 1`,
      [tenant, connection],
    );
    const [row] = rows;
    if (!row) throw new BailiwickError('connection-unknown', 'the connection has no key or secret in use');
    const opened = await this.envelope.open(row.sealed, contextOf(tenant, connection, row.kid));
    return { kid: row.kid, secret: CrmSecret.parse(JSON.parse(opened)) };
  }

  async #keep(
    db: Db,
    { tenant, connection }: ConnectionName,
    { kid, secret }: SecretInUse,
    publicKey: CrmPublicKey | null,
    by: string,
  ): Promise<void> {
    const sealed = await this.envelope.seal(JSON.stringify(secret), contextOf(tenant, connection, kid));
    await db.query(
      `INSERT INTO control.crm_key (tenant, connection, kid, public_key, sealed, created_by)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [tenant, connection, kid, publicKey, sealed, by],
    );
  }
}

const contextOf = (tenant: string, connection: string, kid: string): string =>
  `crm-key/${tenant}/${connection}/${kid}`;
