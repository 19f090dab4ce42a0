import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import {
  Action,
  EVENT_TYPES,
  ResidencyServiceClient,
  MinimisedRecord,
  OperatorCommand,
  readTrustBundle,
  spiffeId,
  topicNames,
  type BorderCrossing,
  type DecideRequest,
  type DecideResponse,
  type ExplainRequest,
  type ExplainResponse,
  type SimulateRequest,
  type SimulateResponse,
  type EventType,
  type Fact,
  type InferenceRequest,
  type InferenceResult,
  type RecordClassified,
} from '@bailiwick/contracts';
import { Custody, PoolKey } from '@bailiwick/custody';
import { eventId } from '@bailiwick/domain';
import { createClient } from '@bailiwick/grpc';
import { readTopic, type RecordAttributes } from '@bailiwick/kafka';
import { openDatabase, runService, type RunningService } from '@bailiwick/platform';
import { signedClaims, verifyReceipt } from '@bailiwick/receipt';
import { TestMesh, type TestCell } from '@bailiwick/testing';
import type { Pool as Database } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { residencyRouter } from './app.module.js';
import { readConfig } from './config.js';
import { beat, profileOf, publishSamples, specOf } from './samples.test-kit.js';

const EU = topicNames('eu');
const US = topicNames('us');
/** Values as they lie on the broker. */
const RAW: EventType<Buffer> = {
  type: '',
  contentType: 'application/protobuf',
  encode: (bytes) => bytes,
  decode: (bytes) => Buffer.from(bytes),
};

/** A command and the attributes under which it is sent. */
const COMMAND = EVENT_TYPES.command as unknown as EventType<OperatorCommand & RecordAttributes>;

let mesh: TestMesh;
let eu: TestCell;
let us: TestCell;
let trustFile: string;
let database: Database;
let custody: Custody;
const routers: RunningService[] = [];
let grpcPort = '';

async function environment(
  cell: TestCell,
  more: Record<string, string> = {},
): Promise<Record<string, string>> {
  const { region } = cell.spec;
  const neighbours = mesh.cells
    .filter((other) => other !== cell)
    .map(({ spec, broker }) => ({ region: spec.region, jurisdiction: spec.jurisdiction, brokers: [broker] }));
  return {
    ...(await cell.environment('residency-router')),
    BAILIWICK_SIGNING_KEY_FILE: (await mesh.keys.signing({ region, workload: 'residency-router' })).file,
    BAILIWICK_NEIGHBOURS: JSON.stringify(neighbours),
    ...more,
  };
}

/** Seals a minimised record as ingest and the classifier do. */
async function classified(
  tenant: string,
  purpose: string,
  sourceId: string,
  highestSensitivity = 'Internal',
): Promise<RecordClassified> {
  const id = eventId(tenant, '/test', sourceId);
  const subject = await custody.subjectOf(tenant, 'Case', sourceId);
  const whose = { eventId: id, tenant, subject };
  await custody.sealRecord({ ...whose, recordId: sourceId, plaintext: Buffer.alloc(1) });
  const fieldsJson = Buffer.from(JSON.stringify({ Subject: sourceId }));
  const plaintext = MinimisedRecord.encode({ salt: randomBytes(16), object: 'Case', fieldsJson }).finish();
  return {
    eventId: id,
    tenant,
    purpose,
    purposeVersion: 1,
    object: 'Case',
    subject,
    labels: [],
    highestSensitivity,
    categories: ['free-text', 'none'],
    digest: createHash('sha256').update(plaintext).digest(),
    payload: await custody.sealMinimised({ ...whose, plaintext }),
    receivedAt: new Date(),
  };
}

async function decided(record: RecordClassified): Promise<RecordClassified> {
  await eu.write('classifier', EU.classified, EVENT_TYPES.classified, record);
  return record;
}

/** Waits for the messages of an event on a topic. */
async function messagesOf<T extends { eventId: string }>(
  cell: TestCell,
  topic: string,
  type: EventType<T>,
  id: string,
  count = 1,
): Promise<readonly T[]> {
  for (const deadline = Date.now() + 30_000; ;) {
    const found = (await cell.read(topic, type)).filter((message) => message.eventId === id);
    if (found.length >= count || Date.now() > deadline) return found;
  }
}

const factOf = async (cell: TestCell, id: string, kind: string, count = 1): Promise<readonly Fact[]> => {
  const topic = topicNames(cell.spec.jurisdiction).fact;
  for (const deadline = Date.now() + 30_000; ;) {
    const facts = (await cell.read(topic, EVENT_TYPES.fact)).filter(
      (f) => f.eventId === id && f.kind === kind,
    );
    if (facts.length >= count || Date.now() > deadline) return facts;
  }
};

const routerKeys = (region: string) =>
  readTrustBundle(trustFile).signers[spiffeId({ region, workload: 'residency-router' })] ?? [];

/** Opens a request as its pool's adapter does, verifying its receipt. */
async function opened(cell: TestCell, request: InferenceRequest): Promise<{ Subject: string }> {
  const { eventId: id, tenant, subject, purpose, payload, homeWrappedKey } = request;
  const key = PoolKey.read(request.pool, (await mesh.keys.pool(cell.spec.region, request.pool)).file);
  const { plaintext } = await key.open({ eventId: id, tenant, subject, payload: payload!, homeWrappedKey });
  const bytes = plaintext.reveal();
  const verdict = verifyReceipt(request.receipt, routerKeys(request.homeRegion), {
    eventId: id,
    tenant,
    purpose,
    pool: request.pool,
    jurisdiction: cell.spec.jurisdiction,
    digest: createHash('sha256').update(bytes).digest(),
    now: Date.now(),
  });
  expect(verdict).toMatchObject({ ok: true });
  return JSON.parse(MinimisedRecord.decode(bytes).fieldsJson.toString('utf8')) as { Subject: string };
}

beforeAll(async () => {
  mesh = await TestMesh.start([specOf('eu-central'), specOf('us-east')]);
  [eu, us] = mesh.cells as [TestCell, TestCell];
  await Promise.all([publishSamples(eu, mesh), publishSamples(us, mesh)]);
  const env = await environment(eu);
  trustFile = env['BAILIWICK_TRUST_FILE'] ?? '';
  database = openDatabase(readConfig({ ...env, ...(await eu.environment('ingest')) }));
  custody = await Custody.open({ pool: database, cellKeys: env['BAILIWICK_CELL_KEY_FILE'] ?? '' });
  for (const cell of mesh.cells) routers.push(await runService(residencyRouter(await environment(cell))));
});
afterAll(async () => {
  for (const router of routers) await router.stop();
  await database?.end();
  await mesh?.stop();
});

describe('the residency-router on real brokers and databases', () => {
  it('seals a record to a pool of its home region, under a receipt that anyone can verify', async () => {
    const { eventId: id } = await decided(await classified('atlas', 'case-triage', 'r-1', 'Confidential'));
    const [request] = await messagesOf(eu, EU.request('eu-shared'), EVENT_TYPES.request, id);
    expect(await opened(eu, request!)).toEqual({ Subject: 'r-1' });
    expect(request).toMatchObject({ model: 'triage-small', homeRegion: 'eu-central', pool: 'eu-shared' });
    const [fact] = await factOf(eu, id, 'decided');
    expect(fact!.decision).toMatchObject({
      outcome: 'allow',
      reasons: ['home-pool'],
      transferBasis: 'none-needed',
      fromJurisdiction: 'eu',
      toJurisdiction: 'eu',
      receipt: request!.receipt,
    });
  });

  it('seals a record of a dedicated tenant to its own pool only', async () => {
    const { eventId: id } = await decided(
      await classified('nordlicht', 'case-triage', 'r-2', 'Confidential'),
    );
    const [request] = await messagesOf(eu, EU.request('eu-nordlicht'), EVENT_TYPES.request, id);
    expect(await opened(eu, request!)).toEqual({ Subject: 'r-2' });
    expect(await eu.read(EU.request('eu-shared'), EVENT_TYPES.request)).toHaveLength(1);
  });

  it.each([
    ['nobody has acknowledged', 'pending', 'case-triage', 'Internal', 'not-acknowledged'],
    ['has no profile', 'nobody', 'case-triage', 'Internal', 'no-profile'],
    ['only a shared pool abroad could answer', 'nordlicht', 'case-digest', 'Public', 'dedicated-only'],
    ['is too sensitive to leave', 'atlas', 'case-digest', 'Confidential', 'too-sensitive'],
    ['has an unknown label', 'atlas', 'case-triage', 'Secret', 'unknown-label'],
  ])(
    'holds a record that %s, with a signed receipt of that decision',
    async (what, tenant, purpose, label, reason) => {
      const { eventId: id } = await decided(await classified(tenant, purpose, what, label));
      const [fact] = await factOf(eu, id, 'decided');
      const claims = signedClaims(fact!.decision!.receipt, routerKeys('eu-central'));
      expect(claims).toMatchObject({ event: id, outcome: 'hold', reasons: [reason], pool: null, to: null });
      const [held] = await messagesOf(eu, EU.held, EVENT_TYPES.held, id);
      expect(held!.reason).toBe(reason);
      for (const topic of [EU.border('us'), ...eu.spec.pools.map((pool) => EU.request(pool.id))]) {
        const messages = await eu.read(topic, RAW);
        expect(messages.some((bytes) => bytes.includes(id))).toBe(false);
      }
    },
  );

  it('decides again on a request whose receipt expired in the queue of its pool', async () => {
    const { eventId: id } = await decided(await classified('atlas', 'case-triage', 'r-3'));
    const [request] = await messagesOf(eu, EU.request('eu-shared'), EVENT_TYPES.request, id);
    await eu.write('inference-adapter.eu-shared', EU.returned, EVENT_TYPES.request, request!);
    const [, again] = await messagesOf(eu, EU.request('eu-shared'), EVENT_TYPES.request, id, 2);
    expect(await opened(eu, again!)).toEqual({ Subject: 'r-3' });
    expect(await factOf(eu, id, 'decided', 2)).toHaveLength(2);
  });

  it('refuses a returned request whose receipt no router signed', async () => {
    const { eventId: id } = await decided(await classified('atlas', 'case-triage', 'r-4'));
    const [request] = await messagesOf(eu, EU.request('eu-shared'), EVENT_TYPES.request, id);
    const forged = { ...request!, receipt: `${request!.receipt.slice(0, -4)}AAAA` };
    await eu.write('inference-adapter.eu-shared', EU.returned, EVENT_TYPES.request, forged);
    const [fact] = await factOf(eu, id, 'violation');
    expect(fact!.reason).toBe('receipt-forged');
    expect(await eu.read(EU.request('eu-shared'), EVENT_TYPES.request)).not.toContainEqual(forged);
  });
});

describe('the border', () => {
  it('brings a permitted record to a pool abroad and its answer home, each exactly once', async () => {
    const { eventId: id } = await decided(await classified('atlas', 'case-digest', 'b-1', 'Internal'));
    const [request] = await messagesOf(us, US.request('us-shared'), EVENT_TYPES.request, id);
    expect(await opened(us, request!)).toEqual({ Subject: 'b-1' });
    expect(signedClaims(request!.receipt, routerKeys('eu-central'))).toMatchObject({
      basis: 'scc',
      from: { jurisdiction: 'eu' },
      to: { region: 'us-east', jurisdiction: 'us' },
    });
    expect((await factOf(eu, id, 'relayed'))[0]!.reason).toBe('to us-east');
    expect((await factOf(us, id, 'relayed'))[0]!.reason).toBe('from eu-central');

    const { tenant, purpose, object, subject, receipt, payload } = request!;
    const names = { eventId: id, tenant, purpose, object, subject };
    const result: InferenceResult = {
      ...names,
      purposeVersion: 1,
      homeRegion: 'eu-central',
      pool: 'us-shared',
      model: 'triage-long',
      receipt,
      output: payload,
      usage: undefined,
      facets: {},
      receivedAt: undefined,
      finishedAt: undefined,
    };
    const crossing: BorderCrossing = {
      ...names,
      fromRegion: 'us-east',
      toRegion: 'eu-central',
      cargo: { $case: 'result', value: result },
    };
    await us.write('inference-adapter.us-shared', US.border('eu'), EVENT_TYPES.border, crossing);
    expect(await messagesOf(eu, EU.result, EVENT_TYPES.result, id)).toHaveLength(1);
    expect(await messagesOf(us, US.request('us-shared'), EVENT_TYPES.request, id)).toHaveLength(1);
  });

  it('brings a request that expired abroad back home, where it is decided again', async () => {
    const { eventId: id } = await decided(await classified('atlas', 'case-digest', 'b-2'));
    const [request] = await messagesOf(us, US.request('us-shared'), EVENT_TYPES.request, id);
    await us.write('inference-adapter.us-shared', US.returned, EVENT_TYPES.request, request!);
    const requests = await messagesOf(us, US.request('us-shared'), EVENT_TYPES.request, id, 2);
    expect(await opened(us, requests[1]!)).toEqual({ Subject: 'b-2' });
    expect(requests).toHaveLength(2);
  });

  it('lets nothing in that the router of its home did not allow to come here', async () => {
    const { eventId: id } = await decided(await classified('atlas', 'case-triage', 'b-3'));
    const [request] = await messagesOf(eu, EU.request('eu-shared'), EVENT_TYPES.request, id);
    const { tenant, purpose, object, subject } = request!;
    const smuggled = { ...request!, pool: 'us-shared' };
    await eu.write('inference-adapter.eu-shared', EU.border('us'), EVENT_TYPES.border, {
      fromRegion: 'eu-central',
      toRegion: 'us-east',
      cargo: { $case: 'request', value: smuggled },
      eventId: id,
      tenant,
      purpose,
      object,
      subject,
    });
    const [fact] = await factOf(eu, id, 'violation');
    expect(fact!.reason).toBe('receipt-other-pool');
    expect(await us.read(US.inbox, EVENT_TYPES.border)).not.toContainEqual(
      expect.objectContaining({ eventId: id }),
    );
  });

  it('R2 keeps what is more sensitive than its label says, and reports it', async () => {
    const { eventId: id } = await decided(await classified('atlas', 'case-digest', 'lena.vogt@example.org'));
    const [fact] = await factOf(eu, id, 'violation');
    expect(fact!.reason).toBe('content-above-label');
    const [held] = await messagesOf(eu, EU.held, EVENT_TYPES.held, id);
    expect(held!.detail).toBe('Subject holds EMAIL_ADDRESS, which this transfer does not permit');
    expect((await us.read(US.inbox, EVENT_TYPES.border)).some(({ eventId }) => eventId === id)).toBe(false);
  });

  it('decides at the moment of leaving: what waited while its permission was withdrawn stays', async () => {
    await routers.shift()?.stop();
    const unreachable = [{ region: 'us-east', jurisdiction: 'us', brokers: ['127.0.0.1:1'] }];
    const cutOff = await environment(eu, { BAILIWICK_NEIGHBOURS: JSON.stringify(unreachable) });
    const router = await runService(residencyRouter(cutOff));
    const { eventId: id } = await decided(await classified('atlas', 'case-digest', 'b-4'));
    expect(await messagesOf(eu, EU.border('us'), EVENT_TYPES.border, id)).toHaveLength(1);
    await router.stop();
    const atlas = profileOf('atlas');
    await eu.publish('profile', 'atlas', { ...atlas, version: 2, permitted: [] });

    const env = await environment(eu);
    grpcPort = env['BAILIWICK_GRPC_PORT'] ?? '';
    routers.unshift(await runService(residencyRouter(env)));
    const [, again] = await factOf(eu, id, 'decided', 2);
    expect(again!.decision).toMatchObject({
      outcome: 'hold',
      reasons: ['transfer-not-permitted'],
      profileVersion: 2,
    });
    expect(await messagesOf(eu, EU.held, EVENT_TYPES.held, id)).toHaveLength(1);

    await eu.publish('profile', 'atlas', { ...atlas, version: 3 });
    const { eventId: next } = await decided(await classified('atlas', 'case-digest', 'b-5'));
    expect(await messagesOf(us, US.request('us-shared'), EVENT_TYPES.request, next)).toHaveLength(1);
    expect((await us.read(US.inbox, EVENT_TYPES.border)).some(({ eventId }) => eventId === id)).toBe(false);
  });
});

describe('an operator', () => {
  const commanded = async (id: string, change: Partial<OperatorCommand> = {}): Promise<void> => {
    const kept = await readTopic(await eu.cluster('auditor'), EU.held);
    const { partition, message } = kept.find(
      ({ message: { value } }) => EVENT_TYPES.held.decode(value!).eventId === id,
    )!;
    const command = OperatorCommand.fromPartial({
      action: Action.ACTION_RELEASE,
      topic: EU.held,
      partition,
      offset: BigInt(message.offset),
      eventId: id,
      tenant: 'atlas',
      by: 'anna',
      ...change,
    });
    await eu.write('operator', EU.command, COMMAND, {
      ...command,
      purpose: 'case-triage',
      object: 'Case',
      subject: 's',
    });
  };

  it('releases a held record once, and it is decided on anew', async () => {
    const atlas = profileOf('atlas');
    await eu.publish('profile', 'atlas', { ...atlas, version: 11, acknowledgement: null });
    const { eventId: id } = await decided(await classified('atlas', 'case-triage', 'o-1'));
    expect(await messagesOf(eu, EU.held, EVENT_TYPES.held, id)).toHaveLength(1);
    await eu.publish('profile', 'atlas', { ...atlas, version: 12 });
    await decided(await classified('atlas', 'case-triage', 'o-2'));

    await commanded(id);
    await commanded(id);
    expect((await factOf(eu, id, 'released'))[0]!.reason).toBe('by anna');
    const [request] = await messagesOf(eu, EU.request('eu-shared'), EVENT_TYPES.request, id);
    expect(await opened(eu, request!)).toEqual({ Subject: 'o-1' });
    expect(await factOf(eu, id, 'duplicate')).toHaveLength(1);
    expect(await messagesOf(eu, EU.request('eu-shared'), EVENT_TYPES.request, id)).toHaveLength(1);
  });

  it('B2 does nothing to a record that is of another tenant than he says', async () => {
    const { eventId: id } = await decided(await classified('atlas', 'case-triage', 'o-3', 'Secret'));
    expect(await messagesOf(eu, EU.held, EVENT_TYPES.held, id)).toHaveLength(1);
    await commanded(id, { tenant: 'harbor' });
    const [fact] = await factOf(eu, id, 'dead-lettered');
    expect(fact!.reason).toBe('record-unknown');
    await commanded(id, { action: Action.ACTION_DISCARD });
    expect(await factOf(eu, id, 'discarded')).toHaveLength(1);
  });

  it('F1 can write no record into the mesh by himself', async () => {
    const record = await classified('atlas', 'case-triage', 'o-4');
    await expect(eu.write('operator', EU.classified, EVENT_TYPES.classified, record)).rejects.toThrow();
    expect(await eu.read(EU.classified, EVENT_TYPES.classified)).not.toContainEqual(record);
  });
});

/** A caller of the residency service with the operator's certificate. */
async function operatorClient(): Promise<ResidencyServiceClient> {
  const { BAILIWICK_TLS_CERT, BAILIWICK_TLS_KEY, BAILIWICK_TLS_CA } = await eu.environment('operator');
  const [cert, key, ca] = [BAILIWICK_TLS_CERT, BAILIWICK_TLS_KEY, BAILIWICK_TLS_CA].map((file) =>
    readFileSync(file ?? '', 'utf8'),
  ) as [string, string, string];
  return createClient(ResidencyServiceClient, `127.0.0.1:${grpcPort}`, { cert, key, ca });
}

describe('the residency service', () => {
  it('decides and explains over gRPC for a caller with a certificate of the mesh, and moves nothing', async () => {
    const client = await operatorClient();
    const record = {
      tenant: 'atlas',
      purpose: 'case-digest',
      highestSensitivity: 'Restricted',
      categories: ['free-text'],
    };
    const decision = await promisify<DecideRequest, DecideResponse>(client.decide.bind(client))(record);
    expect(decision).toMatchObject({
      outcome: 'hold',
      reasons: ['too-sensitive'],
      profileVersion: expect.any(Number),
      pool: '',
    });
    const { steps } = await promisify<ExplainRequest, ExplainResponse>(client.explain.bind(client))({
      record,
    });
    expect(steps.map(({ rule, passed }) => `${rule} ${passed}`)).toContain('permitted-transfer false');
    expect(steps.at(-1)).toMatchObject({ rule: 'denied-by-default', passed: false });
    await expect(
      promisify<DecideRequest, DecideResponse>(client.decide.bind(client))({ ...record, tenant: '' }),
    ).rejects.toMatchObject({ code: 3 });
    client.close();

    const { BAILIWICK_TLS_CA } = await eu.environment('operator');
    const ca = readFileSync(BAILIWICK_TLS_CA ?? '', 'utf8');
    const stranger = createClient(
      ResidencyServiceClient,
      `127.0.0.1:${grpcPort}`,
      { ca },
      { deadlineMs: 2000 },
    );
    await expect(
      promisify<DecideRequest, DecideResponse>(stranger.decide.bind(stranger))(record),
    ).rejects.toMatchObject({ code: 14 });
    stranger.close();
  });

  it('obeys what a tenant forbids beyond its contract, and tells before what a candidate would change', async () => {
    const client = await operatorClient();
    const decide = promisify<DecideRequest, DecideResponse>(client.decide.bind(client));
    const record = {
      tenant: 'atlas',
      purpose: 'case-triage',
      highestSensitivity: 'Internal',
      categories: [],
    };
    const forbid = (condition: string): string =>
      `@id("p") @sentence("It is forbidden.") @source("Contract 3") forbid (principal, action, resource) ${condition};`;

    const simulated = await promisify<SimulateRequest, SimulateResponse>(client.simulate.bind(client))({
      tenant: 'atlas',
      candidate: forbid('when { context.purpose.id == "case-triage" }'),
      records: [
        { eventId: 'evt_a', record },
        { eventId: 'evt_b', record: { ...record, purpose: 'case-digest' } },
      ],
    });
    expect(simulated).toMatchObject({
      decided: 2,
      problems: [],
      differences: [{ eventId: 'evt_a', policies: ['p'], after: { reasons: ['tenant-policy'] } }],
    });
    expect(await decide(record)).toMatchObject({ outcome: 'allow' });

    const { policyDigest } = await decide(record);
    await eu.publish('policy', 'atlas', { tenant: 'atlas', version: 1, text: forbid('') });
    await expect.poll(async () => (await decide(record)).reasons).toEqual(['tenant-policy']);
    expect((await decide(record)).policyDigest).not.toBe(policyDigest);
    await eu.publish('policy', 'atlas', {
      tenant: 'atlas',
      version: 2,
      text: 'permit (principal, action, resource);',
    });
    await expect.poll(async () => (await decide(record)).reasons).toEqual(['policy-error']);
    await eu.publish('policy', 'atlas', { tenant: 'atlas', version: 3, text: '' });
    await expect.poll(async () => (await decide(record)).outcome).toBe('allow');
    client.close();
  });
});

describe('control topics that say nothing new', () => {
  it('hold everything from the limit on', async () => {
    await beat(eu, Date.now() - 400_000);
    const { eventId: id } = await decided(await classified('atlas', 'case-triage', 's-1'));
    const [held] = await messagesOf(eu, EU.held, EVENT_TYPES.held, id);
    expect(held!.reason).toBe('policy-stale');
    await beat(eu);
  });
});
