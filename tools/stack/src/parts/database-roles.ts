import { CUSTODY_GRANTS, custodyGrants, migrateCustody } from '@bailiwick/custody';
import pg from 'pg';
import type { PostgresServer } from './postgres.js';

/** Name of the one database of a cell. */
export const DATABASE = 'bailiwick';

/** Roles of a cell's database: each is a workload that proves itself with its certificate. */
export const ROLES = [
  'ingest',
  'classifier',
  'residency-router',
  'writeback',
  'lineage',
  'operator',
  'auditor',
] as const;

/**
 * Role under which lineage reads for one tenant: it has no login and owns nothing, and row-level security shows it the rows of that tenant.
 * Lineage enters it for a transaction and has none of its rights otherwise.
 */
export const LINEAGE_READER = 'lineage-reader';

/** Schemas that one service owns and migrates by itself, and that service. */
const OWNED_SCHEMAS = {
  ingest: 'ingest',
  classifier: 'classifier',
  router: 'residency-router',
  writeback: 'writeback',
  lineage: 'lineage',
} as const;

/**
 * Makes the database, its roles and their rights, as a deployment's migration job would; repeating it changes
 * nothing. The schema `custody` belongs to no service: each has the rights that `libs/custody` names.
 */
export async function provisionDatabase({
  administrator,
}: Pick<PostgresServer, 'administrator'>): Promise<void> {
  await withClient({ ...administrator, database: 'postgres' }, async (client) => {
    const { rows } = await client.query<{ rolname: string }>('SELECT rolname FROM pg_roles');
    const existing = new Set(rows.map((row) => row.rolname));
    for (const role of ROLES.filter((name) => !existing.has(name)))
      await client.query(`CREATE ROLE "${role}" LOGIN`);
    if (!existing.has(LINEAGE_READER)) await client.query(`CREATE ROLE "${LINEAGE_READER}" NOLOGIN`);
    await client.query(`GRANT "${LINEAGE_READER}" TO lineage WITH INHERIT FALSE, SET TRUE`);
    const made = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (made.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  });
  await withClient({ ...administrator, database: DATABASE }, async (client) => {
    await client.query(
      `REVOKE ALL ON DATABASE ${DATABASE} FROM PUBLIC; REVOKE ALL ON SCHEMA public FROM PUBLIC`,
    );
    for (const role of ROLES) await client.query(`GRANT CONNECT ON DATABASE ${DATABASE} TO "${role}"`);
    for (const [schema, owner] of Object.entries(OWNED_SCHEMAS))
      await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION "${owner}"`);
    await client.query(`
      ALTER ROLE auditor SET default_transaction_read_only = on;
      GRANT USAGE ON SCHEMA lineage TO auditor;
      GRANT SELECT ON ALL TABLES IN SCHEMA lineage TO auditor;
      ALTER DEFAULT PRIVILEGES FOR ROLE lineage IN SCHEMA lineage GRANT SELECT ON TABLES TO auditor`);
  });
  await provisionCustody(administrator);
}

/** Name of the control-plane's own database, on the server of one cell. */
export const CONTROL_DATABASE = 'control';

/** Role of the control-plane: it reaches its own database, and none of a cell. */
const CONTROL_ROLE = 'control-plane';

/** Makes the control-plane's database and role on a server; repeating it changes nothing. */
export async function provisionControlDatabase({
  administrator,
}: Pick<PostgresServer, 'administrator'>): Promise<void> {
  await withClient({ ...administrator, database: 'postgres' }, async (client) => {
    const role = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [CONTROL_ROLE]);
    if (role.rowCount === 0) await client.query(`CREATE ROLE "${CONTROL_ROLE}" LOGIN`);
    const made = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [CONTROL_DATABASE]);
    if (made.rowCount === 0) await client.query(`CREATE DATABASE ${CONTROL_DATABASE}`);
  });
  await withClient({ ...administrator, database: CONTROL_DATABASE }, async (client) => {
    await client.query(`
      REVOKE ALL ON DATABASE ${CONTROL_DATABASE} FROM PUBLIC;
      REVOKE ALL ON SCHEMA public FROM PUBLIC;
      GRANT CONNECT ON DATABASE ${CONTROL_DATABASE} TO "${CONTROL_ROLE}";
      CREATE SCHEMA IF NOT EXISTS ${CONTROL_DATABASE} AUTHORIZATION "${CONTROL_ROLE}"`);
  });
}

async function provisionCustody(administrator: pg.ClientConfig): Promise<void> {
  const pool = new pg.Pool({ ...administrator, database: DATABASE, max: 1 });
  try {
    await migrateCustody(pool);
    for (const service of Object.keys(CUSTODY_GRANTS) as (keyof typeof CUSTODY_GRANTS)[])
      for (const statement of custodyGrants(service, service)) await pool.query(statement);
  } finally {
    await pool.end();
  }
}

async function withClient(
  config: pg.ClientConfig,
  work: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const client = new pg.Client(config);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
