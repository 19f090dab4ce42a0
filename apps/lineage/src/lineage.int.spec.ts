import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  EVENT_TYPES,
  Fact,
  LineageServiceClient,
  Violation,
  fromHeaders,
  partitionKey,
  toHeaders,
  topicNames,
  type CloudEvent,
  type EventType,
} from '@bailiwick/contracts';
import { CellSpec, eventId } from '@bailiwick/domain';
import { answerOf, createClient } from '@bailiwick/grpc';
import { loadConfig, openDatabase, runService, type RunningService } from '@bailiwick/platform';
import {
  CertificateAuthority,
  DATABASE,
  Ports,
  postgresServer,
  provisionDatabase,
  type PostgresServer,
} from '@bailiwick/stack';
import { TestBroker } from '@bailiwick/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { AnalyticsOutcome } from './analytics/analytics-outcome.js';
import { LineageConfig } from './config.js';
import { lineage } from './lineage.js';
import { FactLedger } from './record/fact-ledger.js';
import { factStage } from './record/fact.stage.js';

const CELL_FILE = join(import.meta.dirname, '..', '..', '..', 'infra', 'jurisdictions', 'eu-central.yaml');
const CELL = CellSpec.parse(parse(readFileSync(CELL_FILE, 'utf8')));
const NAMES = topicNames('eu');
const TRACE = '0af7651916cd43dd8448eb211c80319c';

let folder: string;
let broker: TestBroker;
let postgres: PostgresServer;
let postgresPort: number;
let grpcPort: number;
let authority: CertificateAuthority;
let service: RunningService;
let env: Record<string, string>;
const outcomes: AnalyticsOutcome[] = [];
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  folder = await mkdtemp('/var/tmp/lineage-spec-');
  await chmod(folder, 0o755);
  broker = await TestBroker.start('eu-central');
  await broker.prepare(CELL);
  authority = await CertificateAuthority.open(join(broker.folder, 'ca'));
  const ports = new Ports();
  postgresPort = await ports.claim('postgres', 0);
  grpcPort = await ports.claim('grpc', 0);
  postgres = await postgresServer({
    region: 'eu-central',
    folder: join(folder, 'postgres'),
    port: postgresPort,
    authority,
    logFile: join(folder, 'postgres.log'),
  });
  await postgres.process.start();
  await provisionDatabase(postgres);
  const tls = await authority.issue({ region: 'eu-central', workload: 'lineage' });
  env = {
    BAILIWICK_REGION: 'eu-central',
    BAILIWICK_WORKLOAD: 'lineage',
    BAILIWICK_HTTP_PORT: '0',
    BAILIWICK_GRPC_PORT: String(grpcPort),
    BAILIWICK_TLS_CERT: tls.certificate,
    BAILIWICK_TLS_KEY: tls.key,
    BAILIWICK_TLS_CA: tls.authority,
    BAILIWICK_LOG_LEVEL: 'error',
    BAILIWICK_CELL_FILE: CELL_FILE,
    BAILIWICK_KAFKA_BROKERS: broker.address,
    BAILIWICK_TRUST_FILE: 'unused',
    BAILIWICK_DATABASE_PORT: String(postgresPort),
  };
  service = await runService(lineage(env));
  await vi.waitFor(async () => expect((await get('/health/ready')).status).toBe(200), 30_000);

  const auditor = await broker.cluster('auditor');
  const consumer = auditor.consumers.consumer({ groupId: auditor.name('analytics') });
  await consumer.connect();
  await consumer.subscribe({ topic: NAMES.outcome, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      outcomes.push(AnalyticsOutcome.parse(JSON.parse(String(message.value))));
    },
  });
  closing.push(() => consumer.disconnect());
});

afterAll(async () => {
  for (const close of closing) await close();
  await service?.stop();
  await postgres?.process.stop();
  await broker?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Members of lineage's answers that the tests look at. */
const Answer = z.looseObject({
  outcome: z.string().optional(),
  detail: z.string().optional(),
  steps: z.array(z.looseObject({ kind: z.string(), decision: z.unknown() })).optional(),
  events: z.array(z.unknown()).optional(),
  violations: z.array(z.unknown()).optional(),
});
type Answer = z.infer<typeof Answer>;

async function get(path: string): Promise<{ status: number; type: string; body: Answer }> {
  const response = await fetch(`${service.url}${path}`);
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    body: Answer.parse(await response.json()),
  };
}

/** Attributes of every event that the tests write. */
const EVENT: CloudEvent = {
  id: 'evt_none',
  type: EVENT_TYPES.fact.type,
  contentType: EVENT_TYPES.fact.contentType,
  source: 'spiffe://bailiwick.local/eu-central/classifier',
  subject: 'subject-1',
  time: Date.parse('2026-11-01T10:00:00Z'),
  tenant: 'atlas',
  purpose: 'case-triage',
  classification: 'Internal',
  traceparent: null,
};

async function produce<T>(
  workload: string,
  topic: string,
  type: EventType<T>,
  messages: readonly T[],
): Promise<void> {
  const cluster = await broker.cluster(workload);
  const producer = cluster.producers.producer({ idempotent: true });
  await producer.connect();
  await producer.send({
    topic,
    messages: messages.map((message) => ({
      key: partitionKey('atlas', 'subject-1'),
      value: Buffer.from(type.encode(message)),
      headers: toHeaders({
        ...EVENT,
        id: (message as { eventId?: string }).eventId ?? 'evt_none',
        type: type.type,
        contentType: type.contentType,
      }),
    })),
  });
  await producer.disconnect();
}
const facts = (messages: readonly Fact[]): Promise<void> =>
  produce('classifier', NAMES.fact, EVENT_TYPES.fact, messages);

/** Facts of one event that was answered in the cell, in the order in which they happened. */
function answeredWay(id: string, start = Date.parse('2026-11-01T10:00:00Z')): Fact[] {
  const fact = (index: number, service: string, kind: string, rest: object = {}): Fact =>
    Fact.fromPartial({
      factId: `${id}/${service}/${kind}`,
      eventId: id,
      tenant: 'atlas',
      purpose: 'case-triage',
      object: 'Case',
      subject: 'subject-1',
      service,
      kind,
      region: 'eu-central',
      jurisdiction: 'eu',
      traceId: TRACE,
      at: new Date(start + index * 10),
      ...rest,
    });
  return [
    fact(0, 'ingest', 'received'),
    fact(1, 'classifier', 'classified', {
      fields: [
        {
          name: 'Subject',
          category: 'free-text',
          sensitivity: 'Internal',
          action: 'keep',
          location: 'eu-central',
          basis: 'catalog',
          entities: { PERSON: 1 },
        },
      ],
    }),
    fact(2, 'residency-router', 'decided', {
      decision: {
        outcome: 'allow',
        reasons: ['home-pool'],
        transferBasis: 'none-needed',
        toJurisdiction: 'eu',
        pool: 'eu-shared',
        receipt: 'a.b.c',
      },
    }),
    fact(3, 'inference-adapter', 'answered', {
      model: {
        pool: 'eu-shared',
        model: 'triage-small',
        inputTokens: 40,
        outputTokens: 12,
        durationMs: 18.5,
        outputFields: ['category'],
        facets: { category: 'billing' },
      },
    }),
    fact(4, 'writeback', 'written-back', {
      write: { target: 'sample-crm', object: 'Case', fields: ['Priority'], restored: 1 },
    }),
  ];
}

describe('histories', () => {
  const id = eventId('atlas', 'spec', 'history');

  test('a record that was answered shows its whole way, though its facts came out of order', async () => {
    const way = answeredWay(id);
    await facts(way.toReversed());
    await vi.waitFor(async () => expect((await get(`/v1/records/${id}`)).body.steps).toHaveLength(5), 15_000);
    const { body, status } = await get(`/v1/records/${id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      eventId: id,
      tenant: 'atlas',
      outcome: 'answered',
      reason: null,
      answeredIn: 'eu',
      pool: 'eu-shared',
      traceId: TRACE,
      receivedAt: '2026-11-01T10:00:00.000Z',
      fields: [
        {
          name: 'Subject',
          sensitivity: 'Internal',
          action: 'keep',
          location: 'eu-central',
          basis: 'catalog',
        },
      ],
      violations: [],
    });
    expect(body.steps?.map(({ kind }) => kind)).toEqual(way.map(({ kind }) => kind));
    expect(body.steps?.[2]?.decision).toMatchObject({ receipt: 'a.b.c' });
  });

  test('facts that come a second time change nothing, and the outcome is published once', async () => {
    await facts(answeredWay(id));
    const marker = eventId('atlas', 'spec', 'marker');
    await facts(answeredWay(marker));
    await vi.waitFor(() => expect(outcomes.map(({ eventId: event }) => event)).toContain(marker), 15_000);
    expect((await get(`/v1/records/${id}`)).body.steps).toHaveLength(5);
    expect(outcomes.filter(({ eventId: event }) => event === id)).toHaveLength(1);
  });

  test('the published outcome says what analytics needs', async () => {
    const marker = eventId('atlas', 'spec', 'marker');
    expect(outcomes.find(({ eventId: event }) => event === marker)).toEqual({
      eventId: marker,
      subject: 'subject-1',
      tenant: 'atlas',
      purpose: 'case-triage',
      object: 'Case',
      region: 'eu-central',
      jurisdiction: 'eu',
      outcome: 'answered',
      reason: null,
      answeredIn: 'eu',
      pool: 'eu-shared',
      model: 'triage-small',
      tokens: { input: 40, output: 12 },
      modelDurationMs: 18.5,
      facets: { category: 'billing' },
      receivedAt: '2026-11-01T10:00:00.000Z',
      finishedAt: '2026-11-01T10:00:00.040Z',
      durationMs: 40,
    });
  });

  test('an event that nobody knows is a problem with status 404', async () => {
    expect(await get(`/v1/records/${eventId('atlas', 'spec', 'nobody')}`)).toMatchObject({
      status: 404,
      type: expect.stringContaining('application/problem+json'),
      body: { code: 'record-unknown', status: 404 },
    });
  });

  test('the auditor may read the tables, and write none', async () => {
    const { cert, key, ca } = await broker.credentials({ region: 'eu-central', workload: 'auditor' });
    const client = new pg.Client({
      host: '127.0.0.1',
      port: postgresPort,
      user: 'auditor',
      database: DATABASE,
      ssl: { cert, key, ca },
    });
    await client.connect();
    const { rows } = await client.query(
      'SELECT outcome, pool, answered_in, trace_id, received_at FROM lineage.event WHERE event_id = $1',
      [id],
    );
    expect(rows).toEqual([
      {
        outcome: 'answered',
        pool: 'eu-shared',
        answered_in: 'eu',
        trace_id: TRACE,
        received_at: new Date('2026-11-01T10:00:00Z'),
      },
    ]);
    await expect(client.query('DELETE FROM lineage.fact')).rejects.toThrow();
    await client.end();
  });
});

describe('lists', () => {
  const held = eventId('atlas', 'spec', 'held');

  test('events are listed newest first, by tenant and outcome', async () => {
    const [received] = answeredWay(held, Date.parse('2026-11-02T10:00:00Z'));
    await facts([
      received!,
      Fact.fromPartial({
        ...received!,
        factId: `${held}/residency-router/held`,
        kind: 'held',
        service: 'residency-router',
        reason: 'policy-stale',
      }),
    ]);
    await vi.waitFor(
      async () => expect((await get('/v1/events?outcome=held')).body.events).toHaveLength(1),
      15_000,
    );
    const { events } = (await get('/v1/events?tenant=atlas&limit=10')).body;
    expect(events?.[0]).toMatchObject({
      eventId: held,
      outcome: 'held',
      reason: 'policy-stale',
      answeredIn: null,
    });
    expect(events?.length).toBeGreaterThan(1);
    expect((await get('/v1/events?tenant=nordlicht')).body.events).toEqual([]);
    expect((await get('/v1/events?limit=1')).body.events).toHaveLength(1);
  });

  test.each(['outcome=lost', 'limit=0', 'limit=many', 'colour=red'])(
    '%s is refused, by name',
    async (query) => {
      const answer = await get(`/v1/events?${query}`);
      expect(answer).toMatchObject({ status: 400, body: { code: 'query-invalid' } });
      expect(answer.body.detail).toContain(query.split('=')[0]);
    },
  );

  test('violations are listed once, however often they are told', async () => {
    const violation = Violation.fromPartial({
      violationId: `${held}/inference-adapter/receipt-forged`,
      eventId: held,
      tenant: 'atlas',
      code: 'receipt-forged',
      service: 'inference-adapter',
      region: 'eu-central',
      jurisdiction: 'eu',
      at: new Date('2026-11-02T10:00:01Z'),
      detail: 'the receipt is not signed by the router',
    });
    await produce('classifier', NAMES.violation, EVENT_TYPES.violation, [violation, violation]);
    await vi.waitFor(
      async () => expect((await get('/v1/violations')).body.violations).toHaveLength(1),
      15_000,
    );
    expect((await get(`/v1/records/${held}`)).body.violations).toMatchObject([{ code: 'receipt-forged' }]);
  });
});

describe('gRPC', () => {
  test('a workload of the mesh reads the same history', async () => {
    const tls = await broker.credentials({ region: 'eu-central', workload: 'auditor' });
    const client = createClient(LineageServiceClient, `127.0.0.1:${grpcPort}`, tls);
    closing.push(async () => client.close());
    const id = eventId('atlas', 'spec', 'history');
    const record = await answerOf<{ summary?: { outcome: string } | undefined; facts: Fact[] }>((done) =>
      client.getRecord({ eventId: id }, done),
    );
    expect(record.summary?.outcome).toBe('answered');
    expect(record.facts).toHaveLength(5);
    const listed = await answerOf<{ events: { eventId: string }[] }>((done) =>
      client.listEvents({ tenant: '', outcome: 'answered', limit: 0 }, done),
    );
    expect(listed.events.map((event) => event.eventId)).toContain(id);
    await expect(answerOf((done) => client.getRecord({ eventId: 'evt_none' }, done))).rejects.toMatchObject({
      code: 'record-unknown',
    });
  });
});

describe('failure', () => {
  test('a crash between database and Kafka: the same fact publishes again, another copy of it does not', async () => {
    const database = openDatabase(loadConfig(LineageConfig, env));
    closing.push(() => database.end());
    const { stage } = factStage(CELL, new FactLedger(database), 1);
    const id = eventId('atlas', 'spec', 'crash');
    const kinds = async (fact: Fact, offset: bigint): Promise<readonly string[]> => {
      const outcomesOf = await stage(fact, {
        coordinates: { topic: NAMES.fact, partition: 3, offset },
        traceId: '',
        signal: new AbortController().signal,
        event: fromHeaders(toHeaders(EVENT)) as CloudEvent,
      });
      return outcomesOf.map(({ kind }) => kind);
    };
    const way = answeredWay(id);
    const last = way.at(-1) as Fact;
    for (const [offset, fact] of way.slice(0, -1).entries())
      expect(await kinds(fact, BigInt(offset))).toEqual(['settle']);
    expect(await kinds(last, 8n)).toEqual(['emit']);
    expect(await kinds(last, 8n)).toEqual(['emit']);
    expect(await kinds(last, 9n)).toEqual(['settle']);
  });

  test('a database that is killed loses nothing: facts wait, and the outcome is published once', async () => {
    const id = eventId('atlas', 'spec', 'database-killed');
    await postgres.process.kill();
    await facts(answeredWay(id));
    expect(await get(`/v1/records/${id}`)).toMatchObject({
      status: 503,
      body: { code: 'database-unavailable' },
    });
    await postgres.process.start();
    await vi.waitFor(() => expect(outcomes.map(({ eventId: event }) => event)).toContain(id), 30_000);
    expect(outcomes.filter(({ eventId: event }) => event === id)).toHaveLength(1);
    expect((await get(`/v1/records/${id}`)).body.outcome).toBe('answered');
  });
});
