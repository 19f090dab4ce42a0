import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EVENT_TYPES, type RecordReceived } from '@bailiwick/contracts';
import { CellSpec, eventId } from '@bailiwick/domain';
import type { RunningService } from '@bailiwick/platform';
import { Ports } from '@bailiwick/stack';
import { TestMesh, type TestCell } from '@bailiwick/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { profile, purpose } from '../admit/control.test-kit.js';
import { startLender } from './lender.test-kit.js';
import { TestCrm } from './sample-crm.test-kit.js';

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const CELL = fileURLToPath(new URL('../../../../infra/jurisdictions/eu-central.yaml', import.meta.url));
const TENANTS = ['atlas', 'nordlicht'];
const recordId = (n: number): string => `500${String(n).padStart(12, '0')}`;
const source = (tenant: string): string => `urn:crm:${tenant}`;

let mesh: TestMesh;
let cell: TestCell;
let crm: TestCrm;
let lender: RunningService;
let folder: string;
let env: Record<string, string>;
let child: ChildProcess | null = null;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bailiwick-pull-int-'));
  mesh = await TestMesh.start([CellSpec.parse(parse(await readFile(CELL, 'utf8')))]);
  cell = mesh.cells[0] as TestCell;
  const {
    BAILIWICK_TLS_CERT: certificate = '',
    BAILIWICK_TLS_KEY: key = '',
    BAILIWICK_TLS_CA: authority = '',
  } = await cell.environment('sample-crm');
  crm = await TestCrm.start(TENANTS, { certificate, key, authority });
  const lending = await startLender(
    mesh,
    folder,
    TENANTS.map((tenant) => crm.loginOf(tenant)),
  );
  lender = lending.service;
  for (const tenant of TENANTS) await cell.publish('purpose', `${tenant}/case-triage`, purpose(tenant));
  await cell.publish('profile', 'atlas', profile('atlas'));
  await cell.publish('profile', 'nordlicht', profile('nordlicht', { acknowledgement: null }));
  const subscriptions = TENANTS.map((tenant) => ({
    name: `${tenant}-cases`,
    tenant,
    purpose: 'case-triage',
    source: source(tenant),
    crm: crm.subscription(),
  }));
  await writeFile(join(folder, 'subscriptions.json'), JSON.stringify(subscriptions));
  await writeFile(
    join(folder, 'quotas.json'),
    JSON.stringify({ default: { recordsPerSecond: 20_000, burst: 20_000 } }),
  );
  env = {
    ...(await cell.environment('ingest')),
    BAILIWICK_API_PORT: String(await new Ports().claim('api', 0)),
    BAILIWICK_OIDC_ISSUER: 'http://127.0.0.1:1',
    BAILIWICK_SUBSCRIPTIONS_FILE: join(folder, 'subscriptions.json'),
    BAILIWICK_CREDENTIALS_URL: lending.url,
    BAILIWICK_QUOTAS_FILE: join(folder, 'quotas.json'),
  };
});
afterAll(async () => {
  await kill();
  await lender?.stop();
  await crm?.stop();
  await mesh?.stop();
  await rm(folder, { recursive: true, force: true });
});

function start(): void {
  child = spawn(process.execPath, [PROGRAM], { env: { ...process.env, ...env }, stdio: 'ignore' });
}
async function kill(): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
const recordsOf = async (tenant: string): Promise<readonly RecordReceived[]> =>
  (await cell.read('eu.crm.record.v1', EVENT_TYPES.received)).filter((record) => record.tenant === tenant);
const change = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => {
    const n = first + index;
    return { recordId: recordId(n), fields: { Subject: `s${n}` }, eventId: `e${n}` };
  });
const idOf = (tenant: string, n: number): string => eventId(tenant, source(tenant), `e${n}/${recordId(n)}`);

describe('B1 a stream is pulled exactly once', () => {
  it('over kill -9 of ingest, restarts of the CRM and streams that are cut: what went in has come out', async () => {
    const rounds = 5;
    const each = 400;
    start();
    for (let round = 0; round < rounds; round++) {
      crm.pubsub.faults.eventsPerStream = round % 2 === 0 ? 130 : null;
      const half = each / 2;
      crm.pubsub.org('atlas').change(change(round * each, half));
      const so = async (): Promise<number> => (await recordsOf('atlas')).length;
      await expect.poll(so, { timeout: 60_000, interval: 100 }).toBeGreaterThan(round * each);
      // It follows the stream now, so the end comes while these are on their way.
      crm.pubsub.org('atlas').change(change(round * each + half, half));
      await sleep(20 + 25 * round);
      if (round === 2) await crm.restart();
      // Security or time ended what ingest has borrowed, in mid-stream.
      if (round === 1) crm.endTokens();
      await kill();
      start();
    }
    const total = rounds * each;
    const ids = async (): Promise<readonly string[]> =>
      (await recordsOf('atlas')).map(({ eventId: id }) => id);
    await expect.poll(async () => (await ids()).length, { timeout: 60_000 }).toBeGreaterThanOrEqual(total);
    await sleep(500);
    const came = await ids();
    expect(came).toHaveLength(total);
    expect(new Set(came)).toEqual(new Set(Array.from({ length: total }, (_, n) => idOf('atlas', n))));
    const facts = (await cell.facts()).filter(
      ({ kind, tenant }) => kind === 'received' && tenant === 'atlas',
    );
    expect(facts).toHaveLength(total);
  });

  it('B5 holds a tenant without an acknowledged profile with its place, and takes all of it once there is one', async () => {
    crm.pubsub.org('nordlicht').change(change(0, 50));
    await sleep(1500);
    expect(await recordsOf('nordlicht')).toEqual([]);
    await cell.publish('profile', 'nordlicht', profile('nordlicht', { version: 2 }));
    await expect.poll(async () => (await recordsOf('nordlicht')).length, { timeout: 30_000 }).toBe(50);
  });
});
