import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig, BaseConfig, DatabaseConfig, migrate, openDatabase } from '@bailiwick/platform';
import {
  CertificateAuthority,
  Ports,
  postgresServer,
  provisionDatabase,
  type PostgresServer,
} from '@bailiwick/stack';
import fc from 'fast-check';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MIGRATIONS } from '../schema.js';
import { OPERATOR, ofTenant } from './read-scope.js';
import { READER_ROLE, ScopedReads } from './scoped-reads.js';

const IDENTITY = { region: 'eu-central', workload: 'lineage' };
const TABLES = ['fact', 'event', 'violation', 'transfer'] as const;
/** The last is nobody: violations of the mesh itself name it. */
const TENANTS = ['atlas', 'nordlicht', "o'neill", 'atlas2', ''];

let folder: string;
let server: PostgresServer;
let database: Pool;
let auditor: Pool;
let reads: ScopedReads;

beforeAll(async () => {
  folder = await mkdtemp('/var/tmp/scoped-reads-');
  await chmod(folder, 0o755);
  const authority = await CertificateAuthority.open(join(folder, 'ca'));
  const port = await new Ports().claim('postgres', 0);
  server = await postgresServer({
    region: IDENTITY.region,
    folder: join(folder, 'postgres'),
    port,
    authority,
    logFile: join(folder, 'postgres.log'),
  });
  await server.process.start();
  await provisionDatabase(server);
  const open = async (workload: string): Promise<Pool> => {
    const tls = await authority.issue({ ...IDENTITY, workload });
    const env = {
      BAILIWICK_REGION: IDENTITY.region,
      BAILIWICK_WORKLOAD: workload,
      BAILIWICK_HTTP_PORT: '0',
      BAILIWICK_GRPC_PORT: '0',
      BAILIWICK_TLS_CERT: tls.certificate,
      BAILIWICK_TLS_KEY: tls.key,
      BAILIWICK_TLS_CA: tls.authority,
      BAILIWICK_DATABASE_PORT: String(port),
    };
    // One connection: what a read leaves behind, the next one finds.
    return openDatabase(loadConfig(BaseConfig.extend(DatabaseConfig.shape), env), 1);
  };
  database = await open('lineage');
  auditor = await open('auditor');
  reads = new ScopedReads(database);
  await migrate(database, 'lineage', MIGRATIONS);
  for (const [n, tenant] of TENANTS.entries())
    for (let row = 0; row <= n; row++) await insert(`${n}/${row}`, tenant);
});
afterAll(async () => {
  await database?.end();
  await auditor?.end();
  await server?.process.stop();
  await rm(folder, { recursive: true, force: true });
});

async function insert(id: string, tenant: string): Promise<void> {
  await database.query(
    `INSERT INTO lineage.fact (fact_id, event_id, tenant, kind, at, partition, seq, body) VALUES ($1, $1, $2, 'received', now(), 0, 0, '')`,
    [id, tenant],
  );
  await database.query('INSERT INTO lineage.event (event_id, summary) VALUES ($1, $2)', [
    id,
    { tenant, updatedAt: 0 },
  ]);
  await database.query(
    `INSERT INTO lineage.violation VALUES ($1, $1, $2, 'canary-found', 'lineage', 'eu-central', 'eu', now(), '', '')`,
    [id, tenant],
  );
  await database.query(
    `INSERT INTO lineage.transfer VALUES ($1, $1, $2, '', '', '', now(), 'out', 'eu', 'us', '', 'scc', 1, '{}', '')`,
    [id, tenant],
  );
}

const tenantsIn = (tenant: string | null, table: string): Promise<readonly string[]> =>
  reads.read(tenant === null ? OPERATOR : ofTenant(tenant), async (rows) =>
    (await rows<{ tenant: string }>(`SELECT tenant FROM lineage.${table}`)).map((row) => row.tenant),
  );

describe('a condition that a query forgot leaks nothing', () => {
  test('whatever is read by whom before, a tenant sees its rows and all of them', async () => {
    const scopes = fc.constantFrom(null, ...TENANTS, 'unknown');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(scopes, fc.constantFrom(...TABLES)), { maxLength: 8 }),
        async (asked) => {
          for (const [tenant, table] of asked) {
            const seen = await tenantsIn(tenant, table);
            if (tenant === null) expect(seen).toHaveLength(15);
            // No tenant is called nothing, whatever rows say.
            else
              expect(seen).toEqual(
                Array.from({ length: tenant ? TENANTS.indexOf(tenant) + 1 : 0 }, () => tenant),
              );
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('every table that holds a tenant has such a policy', async () => {
    const { rows } = await database.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'lineage' AND column_name = 'tenant'`,
    );
    expect(rows.map(({ name }) => name).toSorted()).toEqual([...TABLES].toSorted());
  });

  test('without a tenant the role sees nothing, before and after another transaction had one', async () => {
    await database.query(`SET ROLE "${READER_ROLE}"`);
    for (const table of TABLES) {
      expect((await database.query(`SELECT FROM lineage.${table}`)).rowCount).toBe(0);
      await database.query(`BEGIN; SET LOCAL lineage.tenant = 'atlas'`);
      expect((await database.query(`SELECT FROM lineage.${table}`)).rowCount).toBe(1);
      await database.query('COMMIT');
      expect((await database.query(`SELECT FROM lineage.${table}`)).rowCount).toBe(0);
    }
    await database.query('RESET ROLE');
  });
});

describe('a read writes nothing', () => {
  const changes = [
    `UPDATE lineage.event SET summary = '{}'`,
    'DELETE FROM lineage.fact',
    `INSERT INTO lineage.log VALUES ('x', '', now())`,
    'CREATE TABLE lineage.own (id int)',
  ];

  test.each(changes)('%s', async (sql) => {
    for (const scope of [OPERATOR, ofTenant('atlas')])
      await expect(reads.read(scope, (rows) => rows(sql))).rejects.toMatchObject({
        cause: expect.objectContaining({
          code: expect.stringMatching(/^(25006|42501)$/) as string,
        }) as unknown,
      });
  });

  test.each(changes)('%s, which the role may not do outside of a read either', async (sql) => {
    await database.query(`SET ROLE "${READER_ROLE}"`);
    await expect(database.query(sql)).rejects.toMatchObject({ code: '42501' });
    await database.query('RESET ROLE');
  });
});

test('the service and the auditor see every row', async () => {
  for (const pool of [database, auditor])
    for (const table of TABLES) expect((await pool.query(`SELECT FROM lineage.${table}`)).rowCount).toBe(15);
});

test('nobody logs in as the role, and it owns nothing', async () => {
  const { rows } = await database.query<{ login: boolean; owned: string }>(
    `SELECT rolcanlogin AS login, (SELECT count(*) FROM pg_class WHERE relowner = r.oid) AS owned
     FROM pg_roles r WHERE rolname = $1`,
    [READER_ROLE],
  );
  expect(rows).toEqual([{ login: false, owned: '0' }]);
});
