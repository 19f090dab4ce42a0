import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VerificationKey } from '@bailiwick/contracts';
import { CellSpec, purposeKey } from '@bailiwick/domain';
import { ControlReader } from '@bailiwick/kafka';
import { SILENT, runService, type RunningService } from '@bailiwick/platform';
import { CertificateAuthority } from '@bailiwick/stack';
import { TestBroker } from '@bailiwick/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parse } from 'yaml';

import { z } from 'zod';
import { controlPlane } from './control-plane.js';

const INFRA = join(import.meta.dirname, '..', '..', '..', 'infra');
const CELL = CellSpec.parse(parse(readFileSync(join(INFRA, 'jurisdictions', 'eu-central.yaml'), 'utf8')));
const Report = z.object({ ready: z.boolean(), checks: z.record(z.string(), z.string()) });

let folder: string;
let broker: TestBroker;
let service: RunningService;
let reader: ControlReader;
let signer: VerificationKey;

/** A port of 127.0.0.1 on which nobody listens. */
async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address ? address.port : 0;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'control-plane-spec-'));
  broker = await TestBroker.start('eu-central');
  await broker.prepare(CELL);
  const authority = await CertificateAuthority.open(join(broker.folder, 'ca'));
  const tls = await authority.issue({ region: 'control', workload: 'control-plane' });
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  signer = VerificationKey.parse({ kty: jwk.kty, crv: jwk.crv, x: jwk.x, kid: 'control-1' });
  const keyFile = join(folder, 'signing.json');
  await writeFile(keyFile, JSON.stringify({ ...jwk, kid: signer.kid }));
  const cellsFile = join(folder, 'cells.json');
  const cells = [
    {
      region: 'eu-central',
      jurisdiction: 'eu',
      brokers: [broker.address],
      ingestHttp: 'http://127.0.0.1:8080',
      ingestGrpc: '127.0.0.1:8081',
      pools: { 'eu-shared': 'a2V5', 'eu-nordlicht': 'a2V5' },
    },
    {
      region: 'us-east',
      jurisdiction: 'us',
      brokers: [`127.0.0.1:${await deadPort()}`],
      ingestHttp: 'http://127.0.0.1:8090',
      ingestGrpc: '127.0.0.1:8091',
      pools: { 'us-shared': 'a2V5' },
    },
  ];
  await writeFile(cellsFile, JSON.stringify(cells));
  service = await runService(
    controlPlane({
      BAILIWICK_REGION: 'control',
      BAILIWICK_WORKLOAD: 'control-plane',
      BAILIWICK_HTTP_PORT: '0',
      BAILIWICK_GRPC_PORT: '0',
      BAILIWICK_TLS_CERT: tls.certificate,
      BAILIWICK_TLS_KEY: tls.key,
      BAILIWICK_TLS_CA: tls.authority,
      BAILIWICK_LOG_LEVEL: 'silent',
      BAILIWICK_SEED_DIR: INFRA,
      BAILIWICK_CELLS_FILE: cellsFile,
      BAILIWICK_SIGNING_KEY_FILE: keyFile,
    }),
  );
  reader = new ControlReader({
    cluster: await broker.cluster('residency-router'),
    cell: CELL,
    keys: [signer],
    logger: SILENT,
  });
  await reader.start();
});
afterAll(async () => {
  await reader?.stop();
  await service?.stop();
  await broker?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function get(path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${service.url}${path}`);
  return { status: response.status, body: await response.json() };
}

test('a cell knows every profile, purpose, pool and cell, signed by the control-plane, and hears its heartbeat', async () => {
  await vi.waitFor(() => {
    expect(reader.asOf).toBeGreaterThan(0);
    expect(reader.all('purpose')).toHaveLength(7);
    expect(reader.all('profile')).toHaveLength(4);
    expect(reader.all('pool')).toHaveLength(3);
    expect(reader.all('cell')).toHaveLength(2);
  }, 30_000);
  expect(reader.get('profile', 'nordlicht')).toMatchObject({
    homeJurisdiction: 'eu',
    isolation: 'dedicated',
  });
  expect(reader.get('profile', 'nordlicht')?.acknowledgement?.textDigest).toMatch(/^[0-9a-f]{64}$/);
  expect(reader.get('profile', 'pending')?.acknowledgement).toBeNull();
  expect(reader.get('purpose', purposeKey('atlas', 'case-digest'))?.model.alias).toBe('triage-long');
  expect(reader.get('pool', 'us-shared')).toMatchObject({ region: 'us-east', publicKey: 'a2V5' });
  expect(reader.get('cell', 'us-east')?.ingestHttp).toBe('http://127.0.0.1:8090');
  expect(Date.now() - reader.asOf).toBeLessThan(30_000);
});

test('a cell that is down keeps readiness off by name, while the other cell is told', async () => {
  await vi.waitFor(() => expect(reader.ready).toBe(true), 30_000);
  const { status, body } = await get('/health/ready');
  expect(status).toBe(503);
  expect(Report.parse(body).checks).toMatchObject({
    'cell eu-central': 'ok',
    'cell us-east': 'the cell does not hold what the control-plane says',
  });
});

test('people read tenants with their acknowledgement, purposes and cells', async () => {
  expect((await get('/v1/tenants')).body).toMatchObject({
    tenants: [
      { tenant: 'atlas', acknowledged: true },
      { tenant: 'harbor' },
      { tenant: 'nordlicht' },
      { tenant: 'pending', acknowledged: false },
    ],
  });
  expect((await get('/v1/tenants/harbor')).body).toMatchObject({ homeRegion: 'us-east', acknowledged: true });
  expect(
    z.object({ purposes: z.array(z.unknown()) }).parse((await get('/v1/purposes')).body).purposes,
  ).toHaveLength(7);
  expect((await get('/v1/cells')).body).toMatchObject({
    cells: [
      { region: 'eu-central', published: true, pools: [{ id: 'eu-shared' }, { id: 'eu-nordlicht' }] },
      { region: 'us-east', published: false },
    ],
  });
});

test('a tenant that nobody knows is a problem with status 404', async () => {
  expect(await get('/v1/tenants/nobody')).toMatchObject({ status: 404, body: { code: 'tenant-not-found' } });
});

test('another workload cannot write to the control topics', async () => {
  const cluster = await broker.cluster('residency-router');
  const producer = cluster.producers.producer({ retry: { retries: 0 } });
  await producer.connect();
  await expect(
    producer.send({ topic: 'eu.control.profile.v1', messages: [{ key: 'pending', value: 'forged' }] }),
  ).rejects.toThrow(/authoriz/i);
  await producer.disconnect();
});
