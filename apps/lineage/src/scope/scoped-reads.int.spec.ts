import fc from 'fast-check';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestDatabase } from './database.test-kit.js';
import { OPERATOR, ofTenant } from './read-scope.js';
import { READER_ROLE, ScopedReads } from './scoped-reads.js';

const TABLES = ['fact', 'event', 'violation', 'transfer'] as const;
/** The last is nobody: violations of the mesh itself name it. */
const TENANTS = ['atlas', 'nordlicht', "o'neill", 'atlas2', ''];

let kit: TestDatabase;
let database: Pool;
let auditor: Pool;
let reads: ScopedReads;

beforeAll(async () => {
  kit = await TestDatabase.start();
  // One connection: what a read leaves behind, the next one finds.
  database = await kit.as('lineage', 1);
  auditor = await kit.as('auditor');
  reads = new ScopedReads(database);
  for (const [n, tenant] of TENANTS.entries())
    for (let row = 0; row <= n; row++) await insert(`${n}/${row}`, tenant);
});
afterAll(() => kit?.stop());

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
