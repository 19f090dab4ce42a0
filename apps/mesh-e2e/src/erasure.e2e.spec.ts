import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ErasureCertificate, TABLES, topicCatalogue } from '@bailiwick/contracts';
import { CellOpener, Custody, FileCellKeys, PoolKey } from '@bailiwick/custody';
import { CellSpec } from '@bailiwick/domain';
import type { Cluster } from '@bailiwick/kafka';
import { BaseConfig, DatabaseConfig, loadConfig, openDatabase } from '@bailiwick/platform';
import { CertificateAuthority, REPOSITORY } from '@bailiwick/stack';
import { canariesIn, makeCanaries, searchFiles } from '@bailiwick/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import { bailiwick, type Ran } from './cli.js';
import { clusterAs } from './identity-cluster.js';
import { Mesh } from './mesh.js';
import { openEverything, type Keys, type Opened } from './open-everything.js';
import { freshId, sampleCase } from './sample-case.js';

const HOME = 'eu-central';
const [canaries, others] = [makeCanaries(), makeCanaries()];
const recordId = freshId();
let mesh: Mesh;
let folder: string;
let spec: CellSpec;
let auditor: Cluster;
let database: ReturnType<typeof openDatabase>;
let erased: string;
let kept: string;
let erasure: { eventId: string };

const run = (...argv: readonly string[]): Promise<Ran> => bailiwick(inject('stackFolder'), argv);
const caseOf = ({ name, email, phone, note }: typeof canaries) =>
  sampleCase({
    Description: `My name is ${name}, write to ${email} or call ${phone}. ${note}. Please refund me.`,
    ContactName: name,
    ContactEmail: email,
    ContactPhone: phone,
  });

/** Every key that is there now, as a process sees it that remembers none. */
async function keysNow(): Promise<Keys> {
  const file = join(mesh.folder, 'keys', HOME, 'cell.json');
  const cell = FileCellKeys.read(file);
  return {
    custody: await Custody.open({ pool: database, cellKeys: cell }),
    cell: new CellOpener(HOME, cell),
    pools: spec.pools.map(({ id }) =>
      PoolKey.read(id, join(mesh.folder, 'keys', HOME, 'pools', `${id}.json`)),
    ),
  };
}

/** Where the values of somebody can be read in what is opened, topic by topic. */
const placesOf = (opened: readonly Opened[], values: readonly string[]): readonly string[] => [
  ...new Set(opened.filter(({ bytes }) => canariesIn(bytes, values).length > 0).map(({ topic }) => topic)),
];

async function openAll(): Promise<readonly Opened[]> {
  const keys = await keysNow();
  const opened: Opened[] = [];
  for (const { name } of topicCatalogue(spec)) opened.push(...(await openEverything(auditor, name, keys)));
  return opened;
}

beforeAll(async () => {
  mesh = await Mesh.open(inject('stackFolder'));
  folder = await mkdtemp(join(tmpdir(), 'erasure-'));
  spec = CellSpec.parse(parse(await readFile(`${REPOSITORY}/infra/jurisdictions/${HOME}.yaml`, 'utf8')));
  auditor = await clusterAs(mesh, HOME, { region: HOME, workload: 'auditor' });
  const authority = await CertificateAuthority.open(join(mesh.folder, 'identities'));
  const files = await authority.issue({ region: HOME, workload: 'writeback' });
  const { hostname, port } = new URL(mesh.cell(HOME).database.url);
  database = openDatabase(
    loadConfig(BaseConfig.extend(DatabaseConfig.shape), {
      BAILIWICK_REGION: HOME,
      BAILIWICK_WORKLOAD: 'writeback',
      BAILIWICK_HTTP_PORT: '0',
      BAILIWICK_GRPC_PORT: '0',
      BAILIWICK_TLS_CERT: files.certificate,
      BAILIWICK_TLS_KEY: files.key,
      BAILIWICK_TLS_CA: files.authority,
      BAILIWICK_DATABASE_HOST: hostname,
      BAILIWICK_DATABASE_PORT: port,
    }),
  );
  const send = (fields: Record<string, unknown>, record: string): Promise<string> =>
    mesh.accept({ tenant: 'nordlicht', purpose: 'case-triage', id: freshId(), recordId: record, fields });
  [erased, kept] = await Promise.all([send(caseOf(canaries), recordId), send(caseOf(others), freshId())]);
  const ends = await Promise.all([erased, kept].map((eventId) => mesh.ended(HOME, eventId)));
  expect(ends.map(({ outcome }) => outcome)).toEqual(['answered', 'answered']);
});
afterAll(async () => {
  await mesh.close();
  await database.end();
  await rm(folder, { recursive: true, force: true });
});

describe('R6 a data subject who is to be forgotten', () => {
  it('can be read wherever it lies, by who has the keys: what follows would find it', async () => {
    const places = placesOf(await openAll(), canaries.values);
    expect(places).toEqual(expect.arrayContaining(['eu.crm.record.v1', 'eu.crm.classified.v1']));
  });

  it('is erased when two people of the tenant have approved it, and not before', async () => {
    const asked = await run('erase', '--tenant', 'nordlicht', '--event', erased, '--as', 'clara');
    expect(asked.err).toBe('');
    const [, change = ''] = /bailiwick change approve (chg_\w+)/.exec(asked.out) ?? [];
    expect(await run('change', 'approve', change, '--as', 'clara')).toMatchObject({ code: 2 });
    expect((await run('change', 'approve', change, '--as', 'anna')).code).toBe(0);
    expect((await run('erasure', 'list', '--tenant', 'nordlicht')).out).toBe('nothing was erased\n');
    expect((await run('change', 'approve', change, '--as', 'bruno')).code).toBe(0);
    await expect
      .poll(
        async () => {
          const { body } = await mesh.lineage(HOME, '/v1/erasures?tenant=nordlicht');
          [erasure] = (body as { erasures: [typeof erasure] }).erasures;
          return erasure;
        },
        { timeout: 20_000, interval: 500 },
      )
      .toMatchObject({ keys: 1, reason: 'asked-by-data-subject' });
  });

  it('opens nowhere any more but where its certificate says, and until when; nobody else is touched', async () => {
    const opened = await openAll();
    const shown = await run('erasure', 'show', erasure.eventId, '--json');
    const { covers, closedBy } = ErasureCertificate.parse(JSON.parse(shown.out));
    const openToPool = covers.flatMap(({ place, state }) => (state === 'open-to-pool' ? [place] : []));
    expect(openToPool).toEqual(expect.arrayContaining([...placesOf(opened, canaries.values)]));
    expect(Date.parse(closedBy) - Date.now()).toBeLessThanOrEqual(7 * 86_400_000);
    expect(placesOf(opened, others.values)).toEqual(
      expect.arrayContaining(['eu.crm.record.v1', 'eu.crm.classified.v1']),
    );
  });

  it('lies in no table that the catalogue does not know', async () => {
    const { rows } = await database.query<{ name: string }>(
      `SELECT schemaname || '.' || tablename AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> ALL ($1)`,
      [['migration', 'log', 'checkpoint', 'witnessed']],
    );
    expect(rows.map(({ name }) => name).toSorted()).toEqual(TABLES.map(({ name }) => name).toSorted());
    const columns = await database.query<{ name: string }>(
      `SELECT n.nspname || '.' || c.relname || '.' || a.attname AS name
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace`,
    );
    const there = new Set(columns.rows.map(({ name }) => name));
    for (const { name, agedBy } of TABLES) if (agedBy !== null) expect(there).toContain(`${name}.${agedBy}`);
  });

  it('is on no disk of broker and database, and in no log', async () => {
    await sleep(1000);
    const data = ['kafka', 'postgres', 'log'].map((part) => join(mesh.folder, 'data', HOME, part));
    const { hits, bytes } = await searchFiles([...data, mesh.stack.logs], [canaries.name, canaries.note]);
    expect(hits).toEqual([]);
    expect(bytes).toBeGreaterThan(1_000_000);
  });

  it('has a certificate that anybody verifies offline, and the log that holds it still verifies', async () => {
    const file = join(folder, 'erased.jws');
    expect((await run('erasure', 'certificate', erasure.eventId, '--out', file)).code).toBe(0);
    const verified = await run('erasure', 'verify', file, '--keys', mesh.stack.trustFile);
    expect(verified).toMatchObject({ code: 0, err: '' });
    expect(verified.out).toContain('eu.crm.record.v1');
    const [header, payload, signature] = (await readFile(file, 'utf8')).trim().split('.');
    const forged = Buffer.from(payload ?? '', 'base64url')
      .toString()
      .replace('"keys":1', '"keys":2');
    await writeFile(file, `${header}.${Buffer.from(forged).toString('base64url')}.${signature}`);
    expect((await run('erasure', 'verify', file)).code).toBe(1);
    const evidence = join(folder, 'evidence.json');
    await expect
      .poll(async () => (await run('prove', erasure.eventId, '--out', evidence)).code, { timeout: 10_000 })
      .toBe(0);
    expect(
      (await run('verify', evidence, '--keys', mesh.stack.logsFile, '--routers', mesh.stack.trustFile)).code,
    ).toBe(0);
  });

  it('who comes back is somebody new, whose records are answered', async () => {
    const names = { tenant: 'nordlicht', purpose: 'case-triage', id: freshId(), recordId };
    const again = await mesh.accept({ ...names, fields: sampleCase() });
    expect(await mesh.ended(HOME, again)).toMatchObject({ outcome: 'answered' });
    const { custody } = await keysNow();
    const answer = await mesh.history(HOME, again);
    const subject = String(answer?.['subject']);
    expect((await custody.recordIdOf('nordlicht', subject)).reveal()).toBe(recordId);
  });
});
