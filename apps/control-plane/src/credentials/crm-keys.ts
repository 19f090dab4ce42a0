import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { BailiwickError } from '@bailiwick/platform';
import { calculateJwkThumbprint, importJWK, type CryptoKey, type JWK } from 'jose';
import { z } from 'zod';
import type { Db } from '../db.js';
import type { Envelope } from './envelope.js';

const generate = promisify(generateKeyPair);

/** Private RSA key as a JWK: connected apps take RS256 only. */
export const CrmKey = z.strictObject({
  kty: z.literal('RSA'),
  n: z.base64url(),
  e: z.base64url(),
  d: z.base64url(),
  p: z.base64url(),
  q: z.base64url(),
  dp: z.base64url(),
  dq: z.base64url(),
  qi: z.base64url(),
});
export type CrmKey = z.infer<typeof CrmKey>;

/** Public half of a connection's key, as the CRM's administrator registers it with the connected app. */
export const CrmPublicKey = z.strictObject({
  kty: z.literal('RSA'),
  n: z.string(),
  e: z.string(),
  kid: z.string(),
});
export type CrmPublicKey = z.infer<typeof CrmPublicKey>;

/** Names one connection. */
export interface ConnectionName {
  readonly tenant: string;
  readonly connection: string;
}

interface Row {
  readonly kid: string;
  readonly sealed: string;
}

/**
 * Private keys of the CRMs' connected apps. They are in the store sealed, and in clear in the memory of this process
 * while an assertion is signed. One of a connection is in use: the newest that was put in use.
 */
export class CrmKeys {
  constructor(private readonly envelope: Envelope) {}

  /** Makes a key that never leaves this process. It signs once `use` puts it in use, when the CRM knows it. */
  async make(db: Db, name: ConnectionName, by: string): Promise<CrmPublicKey> {
    const { privateKey } = await generate('rsa', { modulusLength: 2048 });
    return this.add(db, name, CrmKey.parse(privateKey.export({ format: 'jwk' })), by);
  }

  /** Keeps a key, sealed. */
  async add(db: Db, { tenant, connection }: ConnectionName, key: CrmKey, by: string): Promise<CrmPublicKey> {
    const { kty, n, e } = key;
    const publicKey = { kty, n, e, kid: await calculateJwkThumbprint({ kty, n, e }) };
    const { kid } = publicKey;
    const sealed = await this.envelope.seal(JSON.stringify(key), contextOf(tenant, connection, kid));
    await db.query(
      `INSERT INTO control.crm_key (tenant, connection, kid, public_key, sealed, created_by)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [tenant, connection, kid, publicKey, sealed, by],
    );
    return publicKey;
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

  /** Whether a connection has a key, in use or not. */
  async has(db: Db, { tenant, connection }: ConnectionName): Promise<boolean> {
    const { rows } = await db.query(
      'SELECT 1 FROM control.crm_key WHERE tenant = $1 AND connection = $2 LIMIT 1',
      [tenant, connection],
    );
    return rows.length > 0;
  }

  /** The key with which a connection's assertions are signed. Throws `connection-unknown` when none is in use. */
  async inUse(
    db: Db,
    { tenant, connection }: ConnectionName,
  ): Promise<{ readonly kid: string; readonly key: CryptoKey }> {
    const { rows } = await db.query<Row>(
      `SELECT kid, sealed FROM control.crm_key
       WHERE tenant = $1 AND connection = $2 AND used_from IS NOT NULL ORDER BY used_from DESC LIMIT 1`,
      [tenant, connection],
    );
    const [row] = rows;
    if (!row) throw new BailiwickError('connection-unknown', 'the connection has no key in use');
    const opened = await this.envelope.open(row.sealed, contextOf(tenant, connection, row.kid));
    const jwk: JWK = CrmKey.parse(JSON.parse(opened));
    // An RSA key never imports as bytes.
    return { kid: row.kid, key: (await importJWK(jwk, 'RS256')) as CryptoKey };
  }
}

const contextOf = (tenant: string, connection: string, kid: string): string =>
  `crm-key/${tenant}/${connection}/${kid}`;
