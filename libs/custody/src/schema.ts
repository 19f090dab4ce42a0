import type pg from 'pg';
import { storeError } from './store-error.js';

/** Statements of each version of the schema `custody`, applied in order and never changed afterwards. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE custody.tenant_key (
     tenant text PRIMARY KEY,
     -- Wrapped by the cell; null once destroyed. The row stays, so that a destroyed tenant is never made anew.
     wrapped_key bytea,
     created_at timestamptz NOT NULL DEFAULT now(),
     destroyed_at timestamptz
   );
   CREATE TABLE custody.subject_key (
     tenant text NOT NULL REFERENCES custody.tenant_key,
     subject text NOT NULL,
     -- Names this key in what is sealed with it, so that a later key of the same subject is told apart.
     key_id bytea NOT NULL,
     wrapped_key bytea NOT NULL,
     -- The CRM's own record id, sealed with this key.
     sealed_record_id bytea NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (tenant, subject)
   );
   CREATE TABLE custody.pseudonym (
     tenant text NOT NULL,
     subject text NOT NULL,
     pseudonym text NOT NULL,
     -- The value it stands for, sealed with the subject's key.
     sealed_value bytea NOT NULL,
     PRIMARY KEY (tenant, subject, pseudonym),
     FOREIGN KEY (tenant, subject) REFERENCES custody.subject_key ON DELETE CASCADE
   );`,
  // What was wrapped before could be opened from any backup for ever, so nothing of it is taken over.
  `TRUNCATE custody.tenant_key, custody.subject_key, custody.pseudonym;
   COMMENT ON COLUMN custody.tenant_key.wrapped_key IS 'Wrapped by the tenant''s erasable secret; null once destroyed.';
   CREATE TABLE custody.shelf (
     tenant text NOT NULL REFERENCES custody.tenant_key,
     shelf smallint NOT NULL,
     key_id text NOT NULL,
     PRIMARY KEY (tenant, shelf),
     UNIQUE (tenant, shelf, key_id)
   );
   COMMENT ON TABLE custody.shelf IS 'Data subjects whose keys one erasable secret wraps; it is replaced when one of them is erased.';
   COMMENT ON COLUMN custody.shelf.key_id IS 'Names the secret, which lies outside the database and all backups.';
   ALTER TABLE custody.subject_key ADD COLUMN shelf smallint NOT NULL;
   ALTER TABLE custody.subject_key ADD COLUMN shelf_key_id text NOT NULL;
   -- Whoever stores a key that a replaced secret wraps is refused, and looks again.
   ALTER TABLE custody.subject_key ADD FOREIGN KEY (tenant, shelf, shelf_key_id)
     REFERENCES custody.shelf (tenant, shelf, key_id) ON UPDATE CASCADE;
   CREATE INDEX subject_of_shelf ON custody.subject_key (tenant, shelf);
   CREATE TABLE custody.erasure (
     request_id text PRIMARY KEY,
     tenant text NOT NULL,
     subject text,
     keys integer NOT NULL DEFAULT 0,
     pseudonyms integer NOT NULL DEFAULT 0,
     erased_at timestamptz NOT NULL DEFAULT now(),
     secrets text[] NOT NULL DEFAULT '{}'
   );
   COMMENT ON TABLE custody.erasure IS 'What was erased; kept, since it says of nobody who it was.';
   COMMENT ON COLUMN custody.erasure.subject IS 'Null: the whole tenant.';
   COMMENT ON COLUMN custody.erasure.secrets IS 'Names of the secrets to destroy, so that a crash before that is made up for.';`,
];

/** Any constant will do, as long as nothing else in the database locks it. */
const ADVISORY_LOCK = 0x62_77_63_75;

/**
 * Brings the schema `custody` to the newest version. Safe to call from many processes at once; a process without
 * the right to create does nothing when the schema is already there. Throws `CustodyError`.
 */
export async function migrateCustody(pool: pg.Pool): Promise<void> {
  const client = await pool.connect().catch((cause: unknown) => {
    throw storeError(cause);
  });
  try {
    if ((await versionOf(client)) >= MIGRATIONS.length) return;
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
    await client.query('CREATE SCHEMA IF NOT EXISTS custody');
    await client.query('CREATE TABLE IF NOT EXISTS custody.migration (version integer PRIMARY KEY)');
    for (let version = await versionOf(client); version < MIGRATIONS.length; version++) {
      await client.query(MIGRATIONS[version] ?? '');
      await client.query('INSERT INTO custody.migration VALUES ($1)', [version + 1]);
    }
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw storeError(cause);
  } finally {
    client.release();
  }
}

async function versionOf(client: pg.PoolClient): Promise<number> {
  const made = await client.query<{ made: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'custody' AND tablename = 'migration') AS made`,
  );
  if (!made.rows[0]?.made) return 0;
  const { rows } = await client.query<{ version: number }>(
    'SELECT coalesce(max(version), 0) AS version FROM custody.migration',
  );
  return rows[0]?.version ?? 0;
}

/** What each service may do in the schema; the database refuses the rest. */
export const CUSTODY_GRANTS = {
  ingest: [
    'SELECT, INSERT ON custody.tenant_key',
    'SELECT, INSERT ON custody.subject_key',
    'SELECT, INSERT ON custody.shelf',
  ],
  classifier: [
    'SELECT ON custody.tenant_key',
    'SELECT ON custody.subject_key',
    'SELECT, INSERT ON custody.pseudonym',
  ],
  'residency-router': ['SELECT ON custody.tenant_key', 'SELECT ON custody.subject_key'],
  // Write-back erases too.
  writeback: [
    'SELECT, UPDATE ON custody.tenant_key',
    'SELECT, UPDATE, DELETE ON custody.subject_key',
    'SELECT, UPDATE, DELETE ON custody.shelf',
    'SELECT ON custody.pseudonym',
    'SELECT, INSERT, UPDATE ON custody.erasure',
  ],
} as const satisfies Record<string, readonly string[]>;

/** Statements that give `role` the rights of `service`; run them as the owner of the schema. */
export function custodyGrants(service: keyof typeof CUSTODY_GRANTS, role: string): readonly string[] {
  const grantee = `"${role.replaceAll('"', '""')}"`;
  return [
    `GRANT USAGE ON SCHEMA custody TO ${grantee}`,
    `GRANT SELECT ON custody.migration TO ${grantee}`,
    ...CUSTODY_GRANTS[service].map((right) => `GRANT ${right} TO ${grantee}`),
  ];
}
