import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeApart } from '@bailiwick/chat';
import {
  EVENT_TYPES,
  ModelOutput,
  partitionKey,
  poolWorkload,
  readTrustBundle,
  toHeaders,
  topicNames,
  type Fact,
  type InferenceRequest,
  type Sealed,
} from '@bailiwick/contracts';
import { Custody, PoolKey } from '@bailiwick/custody';
import { CHAT_OBJECT, purposeKey, type JsonObject, type Purpose } from '@bailiwick/domain';
import { askHealth } from '@bailiwick/grpc';
import { DurableWriter, TransactionalProducer, emit, partitionOf } from '@bailiwick/kafka';
import {
  BaseConfig,
  DatabaseConfig,
  loadConfig,
  openDatabase,
  readTls,
  runService,
  type RunningService,
} from '@bailiwick/platform';
import { ReceiptSigner } from '@bailiwick/receipt';
import { readSigningKey } from '@bailiwick/stack';
import { TestMesh, type TestCell } from '@bailiwick/testing';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { TestPool } from './answer/pool.test-kit.js';
import { inferenceAdapter } from './app.module.js';
import {
  ASSISTANT,
  EU_CENTRAL,
  RequestMaker,
  US_EAST,
  profileOf,
  triageOf,
  type RequestPlan,
} from './request.test-kit.js';
import { ATTACKS, impostorOf, type AttackerKeys } from './verify/attack.test-kit.js';
import { verifyRequest } from './verify/verify-request.js';

const POOL = 'eu-shared';
const ADAPTER = `inference-adapter.${POOL}`;
const NAMES = topicNames('eu');
const CANARY = 'canary-7f3a';
const ADA = '⟦PERSON·k7q2m4x6p3ab⟧';
const OUTPUT = { category: 'refund', priority: 'high', sentiment: 'negative', reply: 'refund-started' };
/** A purpose whose model writes free text: what it writes must be scanned. */
const LETTER: Purpose = {
  ...triageOf('atlas'),
  id: 'case-letter',
  output: {
    schema: { type: 'object', required: ['letter'], properties: { letter: { type: 'string' } } },
    facets: ['letter'],
    renderings: {},
  },
};

let mesh: TestMesh;
let cell: TestCell;
let pool: TestPool;
let database: pg.Pool;
let custody: Custody;
let maker: RequestMaker;
let attacker: AttackerKeys;
let env: Record<string, string>;
let service: RunningService;

const routerSigner = async (region: string): Promise<ReceiptSigner> =>
  new ReceiptSigner(
    await readSigningKey((await mesh.keys.signing({ region, workload: 'residency-router' })).file),
  );

const send = (request: InferenceRequest): Promise<void> =>
  cell.write('residency-router', NAMES.request(POOL), EVENT_TYPES.request, request);

const start = async (): Promise<void> => {
  service = await runService(inferenceAdapter(env));
};

/** Facts of one event by this service, waited for until one of a kind is there. */
async function factsOf(eventId: string, kind: string): Promise<readonly Fact[]> {
  return vi.waitFor(
    async () => {
      const facts = (await cell.facts()).filter((fact) => fact.eventId === eventId);
      expect(facts.map((fact) => fact.kind)).toContain(kind);
      return facts;
    },
    { timeout: 30_000, interval: 100 },
  );
}
const factOf = async (eventId: string, kind: string): Promise<Fact | undefined> =>
  (await factsOf(eventId, kind)).find((fact) => fact.kind === kind);

beforeAll(async () => {
  mesh = await TestMesh.start([EU_CENTRAL]);
  const [first] = mesh.cells;
  cell = first!;
  const tls = await cell.environment(poolWorkload(POOL));
  const [cert = '', key = '', ca = ''] = await Promise.all(
    ['BAILIWICK_TLS_CERT', 'BAILIWICK_TLS_KEY', 'BAILIWICK_TLS_CA'].map((name) =>
      readFile(tls[name]!, 'utf8'),
    ),
  );
  pool = await TestPool.start({ cert, key, ca });
  pool.pages = {
    '/health': { body: JSON.stringify({ accelerators: ['GPU-1'] }) },
    '/v1/models': { body: JSON.stringify({ data: [{ id: 'triage-small' }] }) },
  };

  const settings = loadConfig(BaseConfig.extend(DatabaseConfig.shape), await cell.environment('ingest'));
  database = openDatabase(settings);
  custody = await Custody.open({ pool: database, cellKeys: (await mesh.keys.cell('eu-central')).file });
  const poolKeys = {
    'eu-shared': (await mesh.keys.pool('eu-central', 'eu-shared')).publicKey,
    'eu-nordlicht': (await mesh.keys.pool('eu-central', 'eu-nordlicht')).publicKey,
  };
  const signer = await routerSigner('eu-central');
  attacker = { otherRouter: await routerSigner('us-east'), impostor: impostorOf(signer.publicKey.kid) };
  maker = new RequestMaker(custody, signer, POOL, poolKeys);
  const routers = [EU_CENTRAL, US_EAST].map(({ region }) => ({ region, workload: 'residency-router' }));
  const controlPlane = { region: 'control', workload: 'control-plane' };

  await cell.publish('profile', 'atlas', profileOf('atlas', EU_CENTRAL));
  await cell.publish('profile', 'harbor', profileOf('harbor', US_EAST));
  await cell.publish('profile', 'moved', { ...profileOf('moved', EU_CENTRAL), version: 2 });
  for (const purpose of [triageOf('atlas'), triageOf('harbor'), LETTER, ASSISTANT])
    await cell.publish('purpose', purposeKey(purpose.tenant, purpose.id), purpose);
  env = {
    ...(await cell.environment(ADAPTER)),
    BAILIWICK_TRUST_FILE: await mesh.keys.trustBundle([EU_CENTRAL, US_EAST], [controlPlane, ...routers]),
    BAILIWICK_POOL: POOL,
    BAILIWICK_POOL_URL: pool.url,
    BAILIWICK_REPORT_EVERY_MS: '200',
    BAILIWICK_MOST_WAITING: '5',
    BAILIWICK_POOL_KEY_FILE: (await mesh.keys.pool('eu-central', POOL)).file,
  };
  await start();
});
beforeEach(() => {
  pool.asked.length = 0;
  pool.react = () => ({ content: JSON.stringify(OUTPUT) });
});
afterAll(async () => {
  await service?.stop();
  pool?.stop();
  await database?.end();
  await mesh?.stop();
});

describe('a request is never shown to the model, and the attempt is a violation, with', () => {
  test.each(ATTACKS)('$name', async ({ code, plan, change }) => {
    const genuine = await maker.make({ fields: { Subject: CANARY }, ...plan?.(attacker) });
    const request = change?.(genuine) ?? genuine;
    await send(request);
    const facts = await factsOf(request.eventId, 'held');
    expect(facts.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['violation', code],
      ['held', code],
    ]);
    const violations = await cell.read(NAMES.violation, EVENT_TYPES.violation);
    expect(violations.filter(({ eventId }) => eventId === request.eventId)).toMatchObject([
      {
        code,
        tenant: request.tenant,
        service: 'inference-adapter',
        region: 'eu-central',
        jurisdiction: 'eu',
      },
    ]);
    const held = await cell.read(NAMES.held, EVENT_TYPES.held);
    expect(held.filter(({ eventId }) => eventId === request.eventId)).toMatchObject([{ reason: code }]);
    expect(pool.asked).toEqual([]);
  });

  test('a receipt that was used before', async () => {
    const request = await maker.make();
    await send(request);
    await factOf(request.eventId, 'answered');
    await send(request);
    expect(await factOf(request.eventId, 'violation')).toMatchObject({ reason: 'receipt-replayed' });
    expect(pool.asked).toHaveLength(1);
  });

  test('a receipt that was used before the adapter was started again', async () => {
    const request = await maker.make();
    await send(request);
    await factOf(request.eventId, 'answered');
    await service.stop();
    await start();
    await send(request);
    expect(await factOf(request.eventId, 'violation')).toMatchObject({ reason: 'receipt-replayed' });
    expect(pool.asked).toHaveLength(1);
  });

  test('a receipt that comes in another partition', async () => {
    const request = await maker.make();
    const { tenant, subject, eventId, purpose } = request;
    const own = partitionOf(partitionKey(tenant, subject), EU_CENTRAL.partitions);
    const key = Array.from({ length: 100 }, (_, n) => `atlas.other${n}`).find(
      (each) => partitionOf(each, EU_CENTRAL.partitions) !== own,
    );
    const cluster = await cell.cluster('residency-router');
    const producer = await TransactionalProducer.open(cluster, cluster.name('attacker'));
    const { type, contentType } = EVENT_TYPES.request;
    const headers = toHeaders({
      id: eventId,
      type,
      contentType,
      source: 'spiffe://test',
      subject,
      time: Date.now(),
      tenant,
      purpose,
      classification: 'Internal',
      traceparent: null,
    });
    const value = Buffer.from(EVENT_TYPES.request.encode(request));
    await producer.commit([{ topic: NAMES.request(POOL), key: key ?? null, value, headers }], null);
    await producer.close();
    expect(await factOf(eventId, 'violation')).toMatchObject({ reason: 'receipt-replayed' });
    expect(pool.asked).toEqual([]);
  });
});

describe("a caller's question", () => {
  const question = takeApart({
    messages: [
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: `Who is ${ADA}?` },
    ],
    max_tokens: 1000,
  });
  const asked = (): Promise<InferenceRequest> =>
    maker.make({ object: CHAT_OBJECT, purpose: ASSISTANT.id, fields: question as JsonObject });

  test('is asked as it was written, after the text of its purpose, for no longer an answer than that allows', async () => {
    pool.react = () => ({ content: `${ADA} is a customer.` });
    const request = await asked();
    await send(request);
    await factOf(request.eventId, 'answered');
    const { system } = ASSISTANT.prompt;
    expect(pool.asked.map(({ body }) => body)).toEqual([
      {
        model: 'triage-small',
        max_tokens: ASSISTANT.model.maxTokens,
        messages: [
          { role: 'system', content: system },
          { role: 'system', content: 'Be short.' },
          { role: 'user', content: `Who is ${ADA}?` },
        ],
      },
    ]);
  });

  test('is given up when its caller goes, and whoever comes back is told', async () => {
    pool.react = () => ({ silent: true });
    const request = await asked();
    const { eventId, tenant, purpose, subject } = request;
    await send(request);
    await vi.waitFor(() => expect(pool.asked).toHaveLength(1), { timeout: 20_000 });
    const before = pool.givenUp;
    const writer = new DurableWriter(await cell.cluster('ingest'), EU_CENTRAL);
    await writer.start();
    const gone = { eventId, tenant, purpose, subject };
    await writer.write({
      attributes: { ...gone, object: CHAT_OBJECT },
      classification: 'Internal',
      outcomes: [emit({ topic: NAMES.gone, type: EVENT_TYPES.gone, message: gone, fact: null })],
    });
    await writer.stop();
    expect(await factOf(eventId, 'dead-lettered')).toMatchObject({ reason: 'caller-gone' });
    await vi.waitFor(() => expect(pool.givenUp).toBe(before + 1), { timeout: 10_000 });
    const replies = await cell.read(NAMES.reply, EVENT_TYPES.reply);
    expect(replies.find((reply) => reply.eventId === eventId)).toMatchObject({
      outcome: { value: { kind: 'dead-lettered', code: 'caller-gone' } },
    });
  });
});

test('a request whose receipt has expired goes back to the router and is no violation', async () => {
  const request = await maker.make({ claims: { now: Date.now() - 3_600_000 } });
  await send(request);
  const facts = await factsOf(request.eventId, 'returned');
  expect(facts.map(({ kind, reason }) => [kind, reason])).toEqual([['returned', 'receipt-expired']]);
  const returned = await cell.read(NAMES.returned, EVENT_TYPES.request);
  expect(returned.find(({ eventId }) => eventId === request.eventId)).toMatchObject({
    receipt: request.receipt,
    homeWrappedKey: request.homeWrappedKey,
  });
  expect(pool.asked).toEqual([]);
});

test('a request that was decided on by an older profile goes back to the router', async () => {
  const request = await maker.make({ tenant: 'moved', claims: { profileVersion: 1 } });
  await send(request);
  expect(await factOf(request.eventId, 'returned')).toMatchObject({ reason: 'profile-changed' });
  expect(pool.asked).toEqual([]);
});

test('a pool that is dedicated to one tenant answers no other', async () => {
  const request = await maker.make();
  const { eventId, tenant, purpose, subject } = request;
  const verification = {
    pin: { pool: POOL, region: 'eu-central', jurisdiction: 'eu', dedicatedTo: 'nordlicht', partitions: 4 },
    poolKey: PoolKey.read(POOL, env['BAILIWICK_POOL_KEY_FILE']!),
    trust: readTrustBundle(env['BAILIWICK_TRUST_FILE']!),
    profileOf: () => profileOf('atlas', EU_CENTRAL),
    partitionOf: () => 0,
    nowMs: Date.now,
  };
  const context = {
    event: {
      id: eventId,
      type: '',
      source: '',
      subject,
      time: 0,
      contentType: '',
      tenant,
      purpose,
      classification: 'Internal',
      traceparent: null,
    },
    coordinates: { topic: NAMES.request(POOL), partition: 0, offset: 0n },
  } as const;
  expect(await verifyRequest(request, context, verification)).toMatchObject({
    kind: 'refused',
    code: 'receipt-other-pool',
  });
  const shared = { ...verification, pin: { ...verification.pin, dedicatedTo: null } };
  expect(await verifyRequest(request, context, shared)).toMatchObject({ kind: 'verified' });
  const otherEvent = { ...context, event: { ...context.event, id: 'evt_aaaaaaaaaaaaaaaaaaaaaaaaaa' } };
  expect(await verifyRequest(request, otherEvent, shared)).toMatchObject({ code: 'receipt-other-event' });
});

describe('R1 the adapter reports how its pool is', () => {
  const newest = async () => (await cell.read(NAMES.report(POOL), EVENT_TYPES.report)).at(-1);

  test('with what the pool says of itself, and full while its queue is', { timeout: 60_000 }, async () => {
    const patience = { timeout: 20_000, interval: 200 };
    await expect.poll(newest, patience).toMatchObject({
      pool: POOL,
      region: 'eu-central',
      places: 4,
      waiting: 0,
      room: 5,
      statement: { models: ['triage-small'], accelerators: { ids: ['GPU-1'] } },
    });

    pool.react = () => ({ status: 429 });
    const requests = await Promise.all(Array.from({ length: 6 }, () => maker.make()));
    for (const request of requests) await send(request);
    await expect.poll(newest, patience).toMatchObject({ room: 0 });
    pool.react = () => ({ content: JSON.stringify(OUTPUT) });
    for (const { eventId } of requests) await factOf(eventId, 'answered');
    await expect.poll(newest, patience).toMatchObject({ waiting: 0, room: 5 });
  });
});

describe('a verified request', () => {
  const plan: RequestPlan = {
    fields: { Subject: 'Refund', Origin: 'Web', Description: `${ADA} waits`, ContactName: ADA },
  };

  test('is asked as its purpose says, and its answer is sealed for home', async () => {
    const request = await maker.make(plan);
    await send(request);
    const fact = await factOf(request.eventId, 'answered');
    expect(pool.asked).toHaveLength(1);
    expect(pool.asked[0]?.body).toMatchObject({
      model: 'triage-small',
      max_tokens: 160,
      messages: [
        { role: 'system', content: triageOf('atlas').prompt.system },
        { role: 'user', content: `Subject: Refund\nChannel: Web\nMessage: ${ADA} waits` },
      ],
    });
    expect(pool.asked[0]?.traceparent).toMatch(/^00-1{32}-/);
    const results = await cell.read(NAMES.result, EVENT_TYPES.result);
    const result = results.find(({ eventId }) => eventId === request.eventId);
    const { eventId, tenant, subject } = request;
    const opened = await custody.openResult({ eventId, tenant, subject, sealed: result?.output as Sealed });
    const answer = ModelOutput.decode(opened.reveal());
    expect(JSON.parse(answer.outputJson.toString())).toEqual(OUTPUT);
    expect(answer.renderings['reply']).toContain(`Dear ${ADA}, your refund has been started.`);
    expect(result).toMatchObject({
      pool: POOL,
      model: 'triage-small',
      receipt: request.receipt,
      facets: { category: 'refund', priority: 'high', sentiment: 'negative' },
    });
    expect(fact?.model).toMatchObject({
      pool: POOL,
      inputTokens: 40,
      outputTokens: 20,
      outputFields: ['category', 'priority', 'sentiment', 'reply'],
      facets: { category: 'refund' },
    });
    expect(fact?.traceId).toBe('1'.repeat(32));
  });

  test('of another jurisdiction is answered over the border', async () => {
    const request = await maker.make({ tenant: 'harbor', home: US_EAST, signer: attacker.otherRouter });
    await send(request);
    await factOf(request.eventId, 'answered');
    const crossings = await cell.read(NAMES.border('us'), EVENT_TYPES.border);
    const crossing = crossings.find(({ eventId }) => eventId === request.eventId);
    expect(crossing).toMatchObject({
      fromRegion: 'eu-central',
      toRegion: 'us-east',
      tenant: 'harbor',
      cargo: { $case: 'result', value: { eventId: request.eventId, homeRegion: 'us-east' } },
    });
  });

  test('waits while the pool is busy and is answered when it is not', async () => {
    let refusals = 0;
    pool.react = () => (refusals++ < 3 ? { status: 503 } : { content: JSON.stringify(OUTPUT) });
    const request = await maker.make();
    await send(request);
    await factOf(request.eventId, 'answered');
    expect(pool.asked).toHaveLength(4);
  });

  test('waits while the pool fails, and the adapter says that it does not serve until the pool answers again', async () => {
    const grpc = `127.0.0.1:${env['BAILIWICK_GRPC_PORT']}`;
    const tls = readTls(loadConfig(BaseConfig, env));
    const says = (status: string): Promise<void> =>
      vi.waitFor(async () => expect(await askHealth(grpc, tls)).toBe(status), 20_000);
    await says('SERVING');
    pool.react = () => ({ status: 500 });
    const requests = await Promise.all(Array.from({ length: 3 }, () => maker.make()));
    for (const request of requests) await send(request);
    await says('NOT_SERVING');
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(503);
    pool.react = () => ({ content: JSON.stringify(OUTPUT) });
    for (const { eventId } of requests) await factOf(eventId, 'answered');
    await says('SERVING');
  });

  test('whose answer is never valid is dead-lettered after three questions', async () => {
    pool.react = () => ({ content: '{"category":"weather"}' });
    const request = await maker.make();
    await send(request);
    expect(await factOf(request.eventId, 'dead-lettered')).toMatchObject({ reason: 'output-invalid' });
    expect(pool.asked).toHaveLength(3);
    const letters = await cell.read(NAMES.deadletter('inference-adapter'), EVENT_TYPES.deadLetter);
    const letter = letters.find(({ eventId }) => eventId === request.eventId);
    expect(letter?.original?.recipient).toBe('cell/eu-central');
  });

  test.each([
    ['personal data in clear', `Dear ${ADA}, write to ada.lovelace@example.org`],
    ["another record's pseudonym", 'Dear ⟦PERSON·bbbbbbbbbbbb⟧'],
  ])('whose answer holds %s is held, and that is a violation', async (_, letter) => {
    pool.react = () => ({ content: JSON.stringify({ letter }) });
    const request = await maker.make({ ...plan, purpose: 'case-letter' });
    await send(request);
    const facts = await factsOf(request.eventId, 'held');
    expect(facts.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['violation', 'output-leaks'],
      ['held', 'output-leaks'],
    ]);
    const results = await cell.read(NAMES.result, EVENT_TYPES.result);
    expect(results.some(({ eventId }) => eventId === request.eventId)).toBe(false);
  });

  test('for a purpose that has changed since is held', async () => {
    await cell.publish('purpose', 'atlas/case-triage', { ...triageOf('atlas'), version: 2 });
    await sleep(2000);
    const request = await maker.make();
    await send(request);
    expect(await factOf(request.eventId, 'held')).toMatchObject({ reason: 'purpose-changed' });
    expect(pool.asked).toEqual([]);
  });
});

test('an adapter with the certificate of another one does not start', async () => {
  const other = await cell.environment('inference-adapter.eu-nordlicht');
  const stolen = {
    ...env,
    BAILIWICK_TLS_CERT: other['BAILIWICK_TLS_CERT'],
    BAILIWICK_TLS_KEY: other['BAILIWICK_TLS_KEY'],
  };
  await expect(runService(inferenceAdapter(stolen))).rejects.toMatchObject({
    code: 'certificate-not-permitted',
  });
});
