import pg from 'pg';
import { BailiwickError } from './bailiwick-error.js';
import { readTls, type BaseConfig, type DatabaseConfig } from './config.js';

/** SQLSTATE classes that mean «not now»: connection, shutdown, resources, deadlock. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const TRANSIENT_STATES = /^(08|53|57P|40001|40P01|55P03)/;

/** Opens the cell's database; the process's certificate is the credential and its workload names the role. */
export function openDatabase(config: BaseConfig & DatabaseConfig, maxConnections = 4): pg.Pool {
  const { cert, key, ca } = readTls(config);
  const pool = new pg.Pool({
    host: config.BAILIWICK_DATABASE_HOST,
    port: config.BAILIWICK_DATABASE_PORT,
    database: config.BAILIWICK_DATABASE_NAME,
    user: config.BAILIWICK_WORKLOAD.replaceAll('.', '-'),
    ssl: { cert, key, ca, rejectUnauthorized: true },
    max: maxConnections,
    connectionTimeoutMillis: 5000,
    statement_timeout: 15_000,
    application_name: `${config.BAILIWICK_REGION}/${config.BAILIWICK_WORKLOAD}`,
  });
  // An idle connection that breaks is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => undefined);
  return pool;
}

/** Makes a database failure one of ours: an unreachable database is transient, a broken query is internal. */
export function databaseError(thrown: unknown): BailiwickError {
  if (thrown instanceof BailiwickError) return thrown;
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const unreachable =
    /^E[A-Z]+$/.test(code) ||
    TRANSIENT_STATES.test(code) ||
    (code === '' && thrown instanceof Error && /connect|terminat|timeout/i.test(thrown.message));
  return unreachable
    ? new BailiwickError('database-unavailable', 'the database of the cell does not answer', {
        cause: thrown,
      })
    : new BailiwickError('internal', 'a database query failed; its cause is in the service log', {
        cause: thrown,
      });
}

/** Does work in one transaction: committed when it resolves, rolled back when it throws. Throws as `databaseError`. */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  let client: pg.PoolClient | undefined;
  // A connection that breaks fails the query and then emits too; without a listener that would end the process.
  const ignore = (): void => undefined;
  try {
    client = await pool.connect();
    client.on('error', ignore);
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (thrown) {
    await client?.query('ROLLBACK').catch(ignore);
    throw databaseError(thrown);
  } finally {
    client?.off('error', ignore);
    client?.release();
  }
}

/** Runs forward-only migrations of one schema, once, whoever starts first (advisory lock). */
export async function migrate(pool: pg.Pool, schema: string, migrations: readonly string[]): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`bailiwick/${schema}`]);
    await client.query(
      `CREATE TABLE IF NOT EXISTS ${schema}.migration (version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())`,
    );
    const { rows } = await client.query<{ version: number }>(`SELECT version FROM ${schema}.migration`);
    const applied = new Set(rows.map(({ version }) => version));
    for (const [index, sql] of migrations.entries()) {
      if (applied.has(index + 1)) continue;
      await client.query(sql);
      await client.query(`INSERT INTO ${schema}.migration (version) VALUES ($1)`, [index + 1]);
    }
  });
}
