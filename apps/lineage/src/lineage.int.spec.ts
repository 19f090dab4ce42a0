import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import {
  EVENT_TYPES,
  Fact,
  LineageServiceClient,
  Violation,
  fromHeaders,
  grantAcls,
  grantTopics,
  toHeaders,
  type CloudEvent,
  type GetFieldsResponse,
  type KeyedGrant,
} from '@bailiwick/contracts';
import { eventId } from '@bailiwick/domain';
import { answerOf, createClient } from '@bailiwick/grpc';
import { createAcls, createTopics, readTopic } from '@bailiwick/kafka';
import { loadConfig, openDatabase } from '@bailiwick/platform';
import { DATABASE } from '@bailiwick/stack';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { AnalyticsOutcome } from './analytics/analytics-outcome.js';
import { LineageConfig } from './config.js';
import { TRACE, answeredWay } from './facts.test-kit.js';
import { ADMINISTRATOR, CELL, EVENT, LineageKit, NAMES, ORIGIN } from './lineage.test-kit.js';
import { FieldHistory } from './read/field-history-view.js';
import { LogLedger } from './log/log-ledger.js';
import { FactLedger } from './record/fact-ledger.js';
import { factStage } from './record/fact.stage.js';

let kit: LineageKit;
beforeAll(async () => void (kit = await LineageKit.start()));
afterAll(() => kit?.stop());

describe('histories', () => {
  const id = eventId('atlas', 'spec', 'history');

  test('a record that was answered shows its whole way, though its facts came out of order', async () => {
    const way = answeredWay(id);
    await kit.facts(way.toReversed());
    await vi.waitFor(
      async () => expect((await kit.get(`/v1/records/${id}`)).body.steps).toHaveLength(5),
      15_000,
    );
    const { body, status } = await kit.get(`/v1/records/${id}`);
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
          location: 'eu-central; minimised to pool eu-shared in eu',
          basis: 'catalog',
        },
      ],
      violations: [],
    });
    expect(body.steps?.map(({ kind }) => kind)).toEqual(way.map(({ kind }) => kind));
    expect(body.steps?.[2]?.decision).toMatchObject({ receipt: 'a.b.c' });
  });

  test('facts that come a second time change nothing, and the outcome is published once', async () => {
    await kit.facts(answeredWay(id));
    const marker = eventId('atlas', 'spec', 'marker');
    await kit.facts(answeredWay(marker));
    await vi.waitFor(() => expect(kit.published(marker)).toBe(1), 15_000);
    expect((await kit.get(`/v1/records/${id}`)).body.steps).toHaveLength(5);
    expect(kit.published(id)).toBe(1);
  });

  test('the published outcome says what analytics needs', async () => {
    const marker = eventId('atlas', 'spec', 'marker');
    expect(kit.outcomes.find(({ eventId: event }) => event === marker)).toEqual({
      eventId: marker,
      subject: 'subject-1',
      tenant: 'atlas',
      purpose: 'case-triage',
      object: 'Case',
      region: 'eu-central',
      jurisdiction: 'eu',
      outcome: 'answered',
      reason: null,
      decision: { outcome: 'allow', reason: 'home-pool', transferBasis: 'none-needed' },
      fields: { actions: { keep: 1 }, categories: { 'free-text': 1 }, entities: { PERSON: 1 } },
      answeredIn: 'eu',
      pool: 'eu-shared',
      model: 'triage-small',
      tokens: { input: 40, output: 12 },
      cost: null,
      modelDurationMs: 18.5,
      stepsMs: { classified: 10, decided: 10, answered: 10, writtenBack: 10 },
      facets: { category: 'billing' },
      receivedAt: '2026-11-01T10:00:00.000Z',
      finishedAt: '2026-11-01T10:00:00.040Z',
      durationMs: 40,
    });
  });

  test('over plain HTTP there are no histories, only the log', async () => {
    const plain = async (path: string): Promise<number> => (await fetch(`${kit.service.url}${path}`)).status;
    for (const path of [`/v1/records/${id}`, '/v1/events', '/v1/violations', '/v1/transfers?tenant=atlas'])
      expect(await plain(path)).toBe(404);
    expect(await plain('/v1/log/checkpoint')).toBe(200);
  });

  test('an event that nobody knows is a problem with status 404', async () => {
    expect(await kit.get(`/v1/records/${eventId('atlas', 'spec', 'nobody')}`)).toMatchObject({
      status: 404,
      type: expect.stringContaining('application/problem+json'),
      body: { code: 'record-unknown', status: 404 },
    });
  });

  test('the auditor may read the tables, and write none', async () => {
    const { cert, key, ca } = await kit.broker.credentials({ region: 'eu-central', workload: 'auditor' });
    const client = new pg.Client({
      host: '127.0.0.1',
      port: kit.postgresPort,
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
    await kit.facts([
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
      async () => expect((await kit.get('/v1/events?outcome=held')).body.events).toHaveLength(1),
      15_000,
    );
    const { events } = (await kit.get('/v1/events?tenant=atlas&limit=10')).body;
    expect(events?.[0]).toMatchObject({
      eventId: held,
      outcome: 'held',
      reason: 'policy-stale',
      answeredIn: null,
    });
    expect(events?.length).toBeGreaterThan(1);
    expect((await kit.get('/v1/events?tenant=nordlicht')).body.events).toEqual([]);
    expect((await kit.get('/v1/events?limit=1')).body.events).toHaveLength(1);
    const paged: unknown[] = [];
    let after: string | null | undefined = '';
    do {
      const page = await kit.get(`/v1/events?limit=1${after ? `&after=${after}` : ''}`);
      paged.push(...(page.body.events ?? []));
      after = page.body.next;
    } while (after);
    expect(paged).toEqual((await kit.get('/v1/events?limit=1000')).body.events);
  });

  test.each(['outcome=lost', 'limit=0', 'limit=many', 'colour=red'])(
    '%s is refused, by name',
    async (query) => {
      const answer = await kit.get(`/v1/events?${query}`);
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
    await kit.produce(NAMES.violation, EVENT_TYPES.violation, [violation, violation]);
    await vi.waitFor(
      async () => expect((await kit.get('/v1/violations')).body.violations).toHaveLength(1),
      15_000,
    );
    expect((await kit.get(`/v1/records/${held}`)).body.violations).toMatchObject([
      { code: 'receipt-forged' },
    ]);
  });
});

describe('gRPC', () => {
  test('the administrator reads the same history', async () => {
    const tls = await kit.broker.credentials({ region: 'eu-central', workload: ADMINISTRATOR });
    const client = createClient(LineageServiceClient, `127.0.0.1:${kit.grpcPort}`, tls);
    kit.atEnd(async () => client.close());
    const id = eventId('atlas', 'spec', 'history');
    const record = await answerOf<{ summary?: { outcome: string } | undefined; facts: Fact[] }>((done) =>
      client.getRecord({ eventId: id }, done),
    );
    expect(record.summary?.outcome).toBe('answered');
    expect(record.facts).toHaveLength(5);
    const listed = await answerOf<{ events: { eventId: string }[] }>((done) =>
      client.listEvents({ tenant: '', outcome: 'answered', limit: 0, after: '' }, done),
    );
    expect(listed.events.map((event) => event.eventId)).toContain(id);
    const { history } = await answerOf<GetFieldsResponse>((done) => client.getFields({ eventId: id }, done));
    const { body } = await kit.get(`/v1/records/${id}/fields`);
    const { fields, decision, answer, notTold, digest } = FieldHistory.parse(body);
    expect(history).toMatchObject({
      eventId: id,
      answer,
      notTold,
      fields: fields.map(({ name, given, lay }) => ({ name, given, lay })),
    });
    expect(history?.decision).toMatchObject({
      ...decision,
      at: new Date(decision?.at ?? 0),
      receiptDigest: decision?.receiptDigest ?? '',
    });
    expect(history?.digest.toString('hex')).toBe(digest ?? '');
    const unknown = { code: 'record-unknown' };
    await expect(answerOf((done) => client.getRecord({ eventId: 'evt_none' }, done))).rejects.toMatchObject(
      unknown,
    );
    await expect(answerOf((done) => client.getFields({ eventId: 'evt_none' }, done))).rejects.toMatchObject(
      unknown,
    );
  });

  test('no service of the mesh reads anything for being one', async () => {
    const tls = await kit.broker.credentials({ region: 'eu-central', workload: 'classifier' });
    const client = createClient(LineageServiceClient, `127.0.0.1:${kit.grpcPort}`, tls);
    kit.atEnd(async () => client.close());
    const refused = { code: 'certificate-not-permitted' };
    await expect(answerOf((done) => client.getRecord({ eventId: 'evt_none' }, done))).rejects.toMatchObject(
      refused,
    );
    await expect(answerOf((done) => client.getFields({ eventId: 'evt_none' }, done))).rejects.toMatchObject(
      refused,
    );
    await expect(
      answerOf((done) => client.listEvents({ tenant: '', outcome: '', limit: 0, after: '' }, done)),
    ).rejects.toMatchObject(refused);
  });
});

describe('failure', () => {
  test('a crash between database and Kafka: the same fact publishes again, another copy of it does not', async () => {
    const database = openDatabase(loadConfig(LineageConfig, kit.env));
    kit.atEnd(() => database.end());
    const { stage } = factStage(CELL, new FactLedger(database, new LogLedger(database, ORIGIN)), 1);
    const id = eventId('atlas', 'spec', 'crash');
    const kinds = async (fact: Fact, offset: bigint): Promise<readonly string[]> => {
      const outcomesOf = await stage(
        { facts: [fact] },
        {
          coordinates: { topic: NAMES.fact, partition: 3, offset },
          traceId: '',
          signal: new AbortController().signal,
          event: fromHeaders(toHeaders(EVENT)) as CloudEvent,
        },
      );
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
    await kit.postgres.process.kill();
    await kit.facts(answeredWay(id));
    expect(await kit.get(`/v1/records/${id}`)).toMatchObject({
      status: 503,
      body: { code: 'database-unavailable' },
    });
    await kit.postgres.process.start();
    await vi.waitFor(() => expect(kit.published(id)).toBe(1), 30_000);
    expect(kit.published(id)).toBe(1);
    expect((await kit.get(`/v1/records/${id}`)).body.outcome).toBe('answered');
  });
});

describe('grants to analytics consumers', () => {
  const grant = (id: string, rest: object = {}): KeyedGrant => ({
    id,
    consumer: id,
    region: 'eu-central',
    topics: ['outcome'],
    jurisdiction: 'eu',
    expires: '2099-01-01',
    key: randomBytes(32).toString('base64url'),
    ...rest,
  });

  test('each has the outcomes of before and after by names of its own, and nothing that another could join', async () => {
    const [bi, risk, abroad] = [grant('bi'), grant('risk'), grant('abroad', { jurisdiction: 'us' })];
    const grants = [bi, risk, abroad];
    const admin = await kit.broker.admin();
    await createTopics(
      admin,
      grants.flatMap((granted) => grantTopics(CELL, granted)),
    );
    await createAcls(
      admin,
      grants.flatMap((granted) => grantAcls(CELL, granted)),
    );
    await writeFile(kit.env['BAILIWICK_GRANTS_FILE'] ?? '', JSON.stringify({ grants }));
    const after = eventId('atlas', 'spec', 'after-the-grant');
    await kit.facts(answeredWay(after));
    await vi.waitFor(() => expect(kit.published(after)).toBe(1), 15_000);

    const auditor = await kit.broker.cluster('auditor');
    const read = ({ id }: KeyedGrant) => readTopic(auditor, NAMES.grantedOutcome(id));
    await vi.waitFor(async () => expect(await read(bi)).toHaveLength(kit.outcomes.length), 15_000);
    await vi.waitFor(async () => expect(await read(risk)).toHaveLength(kit.outcomes.length), 15_000);
    const texts = async (granted: KeyedGrant): Promise<Set<string>> => {
      const records = await read(granted);
      const values = records.flatMap(({ message: { key, value, headers } }) => {
        const { eventId: event, subject } = AnalyticsOutcome.parse(JSON.parse(String(value)));
        return [
          event,
          subject,
          String(key),
          ...['ce_id', 'ce_subject', 'traceparent'].map((h) => String(headers?.[h])),
        ];
      });
      return new Set(values.filter((value) => value !== 'undefined'));
    };
    const [ofBi, ofRisk] = [await texts(bi), await texts(risk)];
    expect(ofBi.size).toBeGreaterThan(3);
    expect([...ofBi].filter((text) => ofRisk.has(text))).toEqual([]);
    const inside = new Set(kit.outcomes.flatMap(({ eventId: event, subject }) => [event, subject]));
    expect([...ofBi, ...ofRisk].filter((text) => inside.has(text))).toEqual([]);
    expect(await read(abroad)).toEqual([]);
  });
});

describe('F7 the transfer register', () => {
  const tenant = 'register';
  const start = Date.parse('2026-11-02T10:00:00Z');
  const crossed = (n: number, rest: Partial<Fact> = {}): Fact => {
    const id = eventId(tenant, 'spec', `transfer-${n}`);
    return Fact.fromPartial({
      ...answeredWay(id)[0]!,
      factId: `${id}/residency-router/relayed`,
      service: 'residency-router',
      kind: 'relayed',
      reason: 'to us-east',
      tenant,
      subject: `subject-${n % 2}`,
      at: new Date(start + n * 1000),
      fields: [{ name: 'Subject' }, { name: n === 0 ? 'Origin' : 'Product__c' }],
      decision: {
        outcome: 'allow',
        transferBasis: 'scc',
        fromJurisdiction: 'eu',
        toJurisdiction: 'us',
        pool: 'us-shared',
        profileVersion: 4,
        receipt: 'a.b.c',
      },
      ...rest,
    });
  };
  const page = async (query: string) => {
    const { body, status } = await kit.get(`/v1/transfers${query}`);
    return {
      status,
      ...(body as { transfers?: { eventId: string }[]; next?: string | null; detail?: string }),
    };
  };

  test('lists what crossed, newest first, page by page, once though facts come again', async () => {
    const facts = [0, 1, 2, 3, 4].map((n) => crossed(n));
    const decision = { ...facts[0]!.decision!, toJurisdiction: 'eu' };
    await kit.facts([...facts, ...facts, crossed(5, { decision }), crossed(6, { decision: undefined })]);
    await vi.waitFor(async () => expect((await page(`?tenant=${tenant}`)).transfers).toHaveLength(5), 15_000);
    const seen: string[] = [];
    for (let after: string | null | undefined = ''; after !== null;) {
      const { transfers, next } = await page(`?tenant=${tenant}&limit=2${after && `&after=${after}`}`);
      seen.push(...(transfers ?? []).map(({ eventId: event }) => event));
      after = next ?? null;
    }
    expect(seen).toEqual(facts.toReversed().map(({ eventId: event }) => event));
    const [first] = (await page(`?tenant=${tenant}&limit=1`)).transfers ?? [];
    expect(first).toMatchObject({
      basis: 'scc',
      direction: 'out',
      fields: ['Subject', 'Product__c'],
      receipt: 'a.b.c',
    });
  });

  test('says in totals how many subjects and which fields crossed on which basis, in a period', async () => {
    const from = new Date(start).toISOString();
    const to = new Date(start + 3000).toISOString();
    const { body } = await kit.get(`/v1/transfers/totals?tenant=${tenant}&from=${from}&to=${to}`);
    expect(body).toEqual({
      totals: [
        {
          direction: 'out',
          fromJurisdiction: 'eu',
          toJurisdiction: 'us',
          basis: 'scc',
          transfers: 3,
          subjects: 2,
          fields: ['Origin', 'Product__c', 'Subject'],
          first: from,
          last: new Date(start + 2000).toISOString(),
        },
      ],
    });
  });

  test('shows no tenant what is another’s, and is asked about no more than one', async () => {
    expect((await page('?tenant=atlas')).transfers).toEqual([]);
    expect(await page('')).toMatchObject({
      status: 400,
      detail: expect.stringContaining('tenant') as string,
    });
    expect(await page(`?tenant=${tenant}&after=bm8`)).toMatchObject({
      status: 400,
      detail: expect.stringContaining('is no cursor') as string,
    });
  });
});
