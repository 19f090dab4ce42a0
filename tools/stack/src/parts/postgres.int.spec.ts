import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Ports } from '../ports.js';
import { CertificateAuthority } from './certificate-authority.js';
import { CONTROL_DATABASE, DATABASE, provisionControlDatabase, provisionDatabase } from './database-roles.js';
import { postgresServer, type PostgresServer } from './postgres.js';

let folder: string;
let authority: CertificateAuthority;
let server: PostgresServer;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp('/var/tmp/postgres-spec-');
  await chmod(folder, 0o755);
  authority = await CertificateAuthority.open(join(folder, 'identities'));
  port = await new Ports().claim('postgres', 0);
  const logFile = join(folder, 'postgres.log');
  server = await postgresServer({
    region: 'eu-central',
    folder: join(folder, 'postgres'),
    port,
    authority,
    logFile,
  });
  await server.process.start();
  await provisionDatabase(server);
  await provisionControlDatabase(server);
});
afterAll(async () => {
  await server?.process.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs one statement as a workload, and gives the error's SQLSTATE or message instead of rows when it fails. */
async function as(
  workload: string,
  sql: string,
  { region = 'eu-central', role = workload, tls = true, database = DATABASE } = {},
): Promise<unknown> {
  const files = await authority.issue({ region, workload });
  const [cert, key, ca] = await Promise.all(
    [files.certificate, files.key, files.authority].map((file) => readFile(file, 'utf8')),
  );
  const ssl = tls ? { cert: cert!, key: key!, ca: ca! } : false;
  const client = new pg.Client({ host: '127.0.0.1', port, user: role, database, ssl });
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } catch (error) {
    return error instanceof pg.DatabaseError ? (error.code ?? error.message) : String(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

const REFUSED_LOGIN = '28000';
const NO_PRIVILEGE = '42501';

describe('who may log in', () => {
  test('a workload is the role of its certificate', async () => {
    expect(await as('ingest', 'SELECT current_user')).toEqual([{ current_user: 'ingest' }]);
  });

  test('a workload cannot be another role', async () => {
    expect(await as('ingest', 'SELECT 1', { role: 'writeback' })).toBe(REFUSED_LOGIN);
    expect(await as('ingest', 'SELECT 1', { role: 'postgres' })).toBe(REFUSED_LOGIN);
  });

  test('the same workload of another region is refused', async () => {
    expect(await as('ingest', 'SELECT 1', { region: 'us-east' })).toBe(REFUSED_LOGIN);
  });

  test('nobody gets in without TLS', async () => {
    expect(await as('ingest', 'SELECT 1', { tls: false })).toBe(REFUSED_LOGIN);
  });
});

describe('what a role may do', () => {
  test('each service makes tables in its own schema only', async () => {
    for (const [service, other] of [
      ['classifier', 'writeback'],
      ['writeback', 'lineage'],
      ['lineage', 'classifier'],
    ] as const) {
      expect(await as(service, `CREATE TABLE ${service}.probe (id integer)`)).toEqual([]);
      expect(await as(other, `SELECT * FROM ${service}.probe`)).toBe(NO_PRIVILEGE);
      expect(await as(service, `CREATE TABLE ${other}.intruder (id integer)`)).toBe(NO_PRIVILEGE);
      expect(await as(service, `CREATE TABLE public.intruder (id integer)`)).toBe(NO_PRIVILEGE);
    }
  });

  test('keys are readable by the services that open payloads, never by lineage, an auditor or an operator', async () => {
    for (const service of ['ingest', 'classifier', 'residency-router', 'writeback'])
      expect(await as(service, 'SELECT tenant FROM custody.tenant_key')).toEqual([]);
    for (const outsider of ['lineage', 'auditor', 'operator'])
      expect(await as(outsider, 'SELECT tenant FROM custody.tenant_key')).toBe(NO_PRIVILEGE);
    for (const service of ['ingest', 'classifier', 'residency-router', 'operator'])
      expect(await as(service, 'DELETE FROM custody.subject_key')).toBe(NO_PRIVILEGE);
  });

  test('an auditor reads lineage, also of later tables, and writes nothing', async () => {
    await as('lineage', 'CREATE TABLE lineage.later (id integer)');
    expect(await as('auditor', 'SELECT * FROM lineage.later')).toEqual([]);
    expect(await as('auditor', 'INSERT INTO lineage.later VALUES (1)')).toMatch(/^(25006|42501)$/);
    expect(await as('auditor', 'BEGIN READ WRITE; INSERT INTO lineage.later VALUES (1)')).toBe(NO_PRIVILEGE);
  });
});

describe('the control-plane', () => {
  const own = { region: 'control', database: CONTROL_DATABASE };

  test('makes tables in its own database', async () => {
    expect(await as('control-plane', 'CREATE TABLE control.probe (id integer)', own)).toEqual([]);
    expect(await as('control-plane', 'CREATE TABLE public.probe (id integer)', own)).toBe(NO_PRIVILEGE);
  });

  test('does not reach the database of a cell, nor anybody of the cell its own', async () => {
    expect(await as('control-plane', 'SELECT 1', { region: 'control' })).toBe(NO_PRIVILEGE);
    for (const workload of ['ingest', 'lineage', 'auditor'])
      expect(await as(workload, 'SELECT 1', { database: CONTROL_DATABASE })).toBe(NO_PRIVILEGE);
  });

  test('is nobody with a certificate of a cell, and no workload of a cell with one of its own', async () => {
    expect(await as('ingest', 'SELECT 1', { ...own, region: 'eu-central', role: 'control-plane' })).toBe(
      REFUSED_LOGIN,
    );
    expect(await as('control-plane', 'SELECT 1', { region: 'control', role: 'ingest' })).toBe(REFUSED_LOGIN);
  });
});

test('what was committed is there after a kill and a restart', async () => {
  await as('classifier', 'CREATE TABLE classifier.ledger (id integer)');
  await as('classifier', 'INSERT INTO classifier.ledger VALUES (7)');
  await server.process.kill();
  await server.process.start();
  await provisionDatabase(server);
  expect(await as('classifier', 'SELECT id FROM classifier.ledger')).toEqual([{ id: 7 }]);
});
