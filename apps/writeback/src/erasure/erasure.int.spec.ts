import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  EVENT_TYPES,
  TrustBundle,
  spiffeId,
  topicNames,
  verifyErasureCertificate,
  type ErasureRequest,
  type EventType,
  type Fact,
} from '@bailiwick/contracts';
import { Custody } from '@bailiwick/custody';
import { CellSpec, erasureKey, eventId } from '@bailiwick/domain';
import {
  BaseConfig,
  DatabaseConfig,
  loadConfig,
  openDatabase,
  runService,
  type RunningService,
} from '@bailiwick/platform';
import { TestMesh, type TestCell } from '@bailiwick/testing';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { writeback } from '../app.module.js';
import { requestOf } from './erasure-orders.js';

const INFRA = join(import.meta.dirname, '..', '..', '..', '..', 'infra');
const NAMES = topicNames('eu');
let mesh: TestMesh;
let cell: TestCell;
let database: pg.Pool;
let ingest: Custody;
let service: RunningService;
let restart: () => Promise<void>;

const requestFor = (
  tenant: string,
  subject: string,
  sourceId: string,
  order = '',
): ErasureRequest & { purpose: string } => ({
  eventId: eventId(tenant, '/hubspot', sourceId),
  tenant,
  purpose: 'case-triage',
  source: '/hubspot',
  object: 'Contact',
  subject,
  producer: 'webhook/hubspot',
  requestedAt: new Date('2026-11-20T08:00:00Z'),
  receivedAt: new Date(),
  order,
});
const send = (request: ReturnType<typeof requestFor>): Promise<void> =>
  cell.write('ingest', NAMES.erasure, EVENT_TYPES.erasure as unknown as EventType<typeof request>, request);
const factsOf = async (id: string, kind: string, count = 1): Promise<readonly Fact[]> =>
  vi.waitFor(
    async () => {
      const found = (await cell.facts()).filter((fact) => fact.eventId === id && fact.kind === kind);
      expect(found).toHaveLength(count);
      return found;
    },
    { timeout: 40_000, interval: 100 },
  );

async function sealed(tenant: string, recordId: string) {
  const subject = await ingest.subjectOf(tenant, 'Contact', recordId);
  const whose = { eventId: eventId(tenant, '/test', recordId), tenant, subject };
  return {
    ...whose,
    sealed: await ingest.sealRecord({ ...whose, recordId, plaintext: Buffer.from(recordId) }),
  };
}
/** As a process opens it that remembers no key. */
async function opens(record: Awaited<ReturnType<typeof sealed>>): Promise<string> {
  const custody = await Custody.open({ pool: database, cellKeys: (await mesh.keys.cell('eu-central')).file });
  return custody.openRecord(record).then(
    () => 'opened',
    (thrown: { code: string }) => thrown.code,
  );
}

beforeAll(async () => {
  const spec = CellSpec.parse(parse(await readFile(join(INFRA, 'jurisdictions', 'eu-central.yaml'), 'utf8')));
  mesh = await TestMesh.start([spec]);
  cell = mesh.cells[0]!;
  const { profile } = parse(await readFile(join(INFRA, 'tenants', 'atlas.yaml'), 'utf8')) as {
    profile: Record<string, unknown>;
  };
  const { retention: _, incidentContacts: __, ...residency } = profile;
  for (const tenant of ['atlas', 'leaver'])
    await cell.publish('profile', tenant, { ...residency, tenant, acknowledgement: null } as never);
  const env = await cell.environment('writeback');
  database = openDatabase(
    loadConfig(BaseConfig.extend(DatabaseConfig.shape), await cell.environment('ingest')),
  );
  ingest = await Custody.open({ pool: database, cellKeys: (await mesh.keys.cell('eu-central')).file });
  const connections = join(dirname(env['BAILIWICK_CELL_FILE']!), 'connections.json');
  await writeFile(connections, '[]');
  restart = async () => {
    await service?.stop();
    service = await runService(
      writeback({
        ...env,
        BAILIWICK_CRM_CONNECTIONS_FILE: connections,
        BAILIWICK_CREDENTIALS_URL: 'https://127.0.0.1:1',
      }),
    );
  };
  await restart();
});
afterAll(async () => {
  await service?.stop();
  await database?.end();
  await mesh?.stop();
});

describe('R6 what a CRM asks to be forgotten', () => {
  test('is erased, and a certificate that the trust bundle verifies says so; nobody else is touched', async () => {
    const [erased, kept] = [await sealed('atlas', 'one'), await sealed('atlas', 'two')];
    const request = requestFor('atlas', erased.subject, 'signal-1');
    await send(request);
    const [fact] = await factsOf(request.eventId, 'erased');
    expect(fact?.erasure).toMatchObject({ keys: 1, pseudonyms: 0 });
    expect([await opens(erased), await opens(kept)]).toEqual(['key-missing', 'opened']);
    const trust = TrustBundle.parse(
      JSON.parse(await readFile((await cell.environment('writeback'))['BAILIWICK_TRUST_FILE']!, 'utf8')),
    );
    const issuer = spiffeId({ region: 'eu-central', workload: 'writeback' });
    const certificate = fact?.erasure?.certificate ?? '';
    expect(await verifyErasureCertificate(certificate, trust.erasers[issuer] ?? [])).toMatchObject({
      jti: request.eventId,
      iss: issuer,
      tenant: 'atlas',
      subject: erased.subject,
      request: { by: 'webhook/hubspot', order: null, requestedAt: '2026-11-20T08:00:00.000Z' },
    });
    // Who erases can sign no decision.
    expect(trust.signers[issuer]).toBeUndefined();
  });

  test('once, however often it is delivered, and nothing of who came back since', async () => {
    const record = await sealed('atlas', 'three');
    const request = requestFor('atlas', record.subject, 'signal-2');
    await send(request);
    const [first] = await factsOf(request.eventId, 'erased');
    const again = await (
      await fresh()
    ).sealRecord({ ...record, recordId: 'three', plaintext: Buffer.from('again') });
    await restart();
    await send(request);
    const facts = await factsOf(request.eventId, 'erased', 2);
    expect(new Set(facts.map(({ erasure }) => erasure?.certificate))).toEqual(
      new Set([first?.erasure?.certificate]),
    );
    expect([await opens(record), await opens({ ...record, sealed: again })]).toEqual([
      'key-missing',
      'opened',
    ]);
  });
});

const fresh = async () =>
  Custody.open({ pool: database, cellKeys: (await mesh.keys.cell('eu-central')).file });

describe('R6 a whole tenant', () => {
  test('is erased on an order only, and then for good', async () => {
    const [record, other] = [await sealed('leaver', 'one'), await sealed('atlas', 'five')];
    const order = { tenant: 'leaver', id: 'ers_1' };
    await cell.publish('erasure', erasureKey('leaver', order.id), {
      ...order,
      subject: null,
      reason: 'contract-ended',
    });
    const [fact] = await factsOf(requestOf(order), 'erased');
    expect(fact).toMatchObject({
      tenant: 'leaver',
      subject: '',
      reason: 'contract-ended',
      erasure: { keys: 1 },
    });
    expect([await opens(record), await opens(other)]).toEqual(['key-missing', 'opened']);
    await expect((await fresh()).subjectOf('leaver', 'Contact', 'two')).rejects.toMatchObject({
      code: 'tenant-destroyed',
    });
  });

  test('is not for whoever writes a request to ask for: it is a dead letter and a violation', async () => {
    const record = await sealed('atlas', 'six');
    const request = requestFor('atlas', '', 'forged');
    const past = vi.spyOn(Date, 'now').mockReturnValue(Date.now() - 120_000);
    await send(request);
    past.mockRestore();
    const [fact] = await factsOf(request.eventId, 'dead-lettered');
    expect(fact?.reason).toBe('erasure-not-ordered');
    expect((await cell.read(NAMES.violation, EVENT_TYPES.violation)).map(({ code }) => code)).toContain(
      'erasure-not-ordered',
    );
    expect(await opens(record)).toBe('opened');
  });
});
