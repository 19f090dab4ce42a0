import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Metadata } from '@grpc/grpc-js';
import {
  EVENT_TYPES,
  IngestServiceClient,
  SendRequest,
  partitionKey,
  type RecordReceived,
  type SendResponse,
} from '@bailiwick/contracts';
import { hubSpotSignature, webhookMac } from '@bailiwick/crm';
import { eventId, type CellSpec } from '@bailiwick/domain';
import { createClient } from '@bailiwick/grpc';
import { readTopic, type PlacedRecord } from '@bailiwick/kafka';
import { openDatabase, runService, type RunningService } from '@bailiwick/platform';
import { Ports } from '@bailiwick/stack';
import { TestMesh, canariesIn, makeCanaries, type TestCell } from '@bailiwick/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { profile, purpose } from './admit/control.test-kit.js';
import { ingest } from './app.module.js';
import { readConfig } from './config.js';
import { TestIssuer, type TokenChanges } from './authorise/issuer.test-kit.js';
import { post, type Answer } from './http/post.test-kit.js';
import { DailyQuota } from './quota/daily-quota.js';

const SPEC: CellSpec = {
  region: 'eu-central',
  jurisdiction: 'eu',
  partitions: 4,
  lanes: 2,
  pools: [],
  borders: [],
};
const RECORDS = 'eu.crm.record.v1';
const FACTS = 'eu.lineage.fact.v1';
const SECRET = 'w'.repeat(40);
const canaries = makeCanaries();

let mesh: TestMesh;
let cell: TestCell;
let issuer: TestIssuer;
let service: RunningService;
let folder: string;
let ca: string;
let api: string;
let grpc: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bailiwick-ingest-int-'));
  [mesh, issuer] = await Promise.all([TestMesh.start([SPEC]), TestIssuer.start()]);
  cell = mesh.cells[0] as TestCell;
  for (const body of [
    profile('atlas'),
    profile('noisy'),
    profile('bursty'),
    profile('daily'),
    profile('pending', { acknowledgement: null }),
    profile('harbor', { homeRegion: 'us-east', homeJurisdiction: 'us' }),
  ]) {
    await cell.publish('profile', body.tenant, body);
    await cell.publish('purpose', `${body.tenant}/case-triage`, purpose(body.tenant));
  }
  await cell.publish('cell', 'us-east', {
    region: 'us-east',
    jurisdiction: 'us',
    ingestHttp: 'https://us.example',
    ingestGrpc: 'us.example:443',
  });
  await writeFile(join(folder, 'secret'), SECRET);
  await writeFile(
    join(folder, 'webhooks.json'),
    JSON.stringify([
      {
        id: 'w1',
        tenant: 'atlas',
        purpose: 'case-triage',
        source: '/hook',
        secretFile: [join(folder, 'secret'), join(folder, 'next-secret')],
      },
      ...['atlas', 'bursty'].map((tenant) => ({
        id: `${tenant}-hubspot`,
        tenant,
        purpose: 'case-triage',
        source: '/hubspot',
        crm: { kind: 'hubspot', portalId: 7, crmObject: 'ticket', object: 'Case' },
        secretFile: [join(folder, 'secret')],
      })),
    ]),
  );
  await writeFile(
    join(folder, 'quotas.json'),
    JSON.stringify({
      default: { recordsPerSecond: 1000, burst: 1000 },
      tenants: {
        noisy: { recordsPerSecond: 20, burst: 20 },
        bursty: { recordsPerSecond: 20, burst: 20 },
        daily: { recordsPerSecond: 1000, burst: 1000, recordsPerDay: 3 },
      },
    }),
  );
  const given = await cell.environment('ingest');
  const apiPort = await new Ports().claim('api', 0);
  ca = await readFile(given['BAILIWICK_TLS_CA'] ?? '', 'utf8');
  api = `https://127.0.0.1:${apiPort}`;
  grpc = `127.0.0.1:${given['BAILIWICK_GRPC_PORT']}`;
  env = {
    ...given,
    BAILIWICK_API_PORT: String(apiPort),
    BAILIWICK_OIDC_ISSUER: issuer.url,
    BAILIWICK_WEBHOOKS_FILE: join(folder, 'webhooks.json'),
    BAILIWICK_QUOTAS_FILE: join(folder, 'quotas.json'),
  };
  service = await runService(ingest(env));
  await vi.waitFor(async () => expect((await fetch(`${service.url}/health/ready`)).status).toBe(200), 20_000);
});
afterAll(async () => {
  await service?.stop();
  await issuer?.stop();
  await mesh?.stop();
  await rm(folder, { recursive: true, force: true });
});

const event = (id: string, recordId: string): object => ({
  specversion: '1.0',
  id,
  source: '/crm',
  type: 'crm.record.changed',
  subject: recordId,
  data: {
    object: 'Case',
    fields: { Subject: canaries.note, ContactName: canaries.name, ContactEmail: canaries.email },
  },
});
async function send(
  body: unknown,
  headers: Record<string, string> = {},
  token: TokenChanges = {},
): Promise<Answer> {
  return post(
    `${api}/v1/records`,
    ca,
    {
      authorization: `Bearer ${await issuer.token(token)}`,
      'content-type': 'application/cloudevents+json',
      ...headers,
    },
    Buffer.from(JSON.stringify(body)),
  );
}
/** An answer says that the commit is decided; readers see it when its markers are written, a moment later. */
const visible = <T>(count: number, read: () => Promise<readonly T[]>): Promise<readonly T[]> =>
  vi.waitFor(
    async () => {
      const found = await read();
      if (found.length < count) throw new Error(`${found.length} of ${count} are visible`);
      return found;
    },
    { timeout: 10_000 },
  );
const placedAs = async (id: string): Promise<readonly PlacedRecord[]> =>
  (await readTopic(await cell.cluster('auditor'), RECORDS)).filter(
    ({ message }) => message.headers?.['ce_id']?.toString() === id,
  );
const records = (): Promise<readonly RecordReceived[]> => cell.read(RECORDS, EVENT_TYPES.received);

describe('F2 a synchronous caller goes through the queue', () => {
  it('gets an event id only once its record and its fact are committed, in the trace it sent', async () => {
    const traceId = 'a'.repeat(32);
    const answer = await send(event('f2', 'r-f2'), { traceparent: `00-${traceId}-${'b'.repeat(16)}-01` });
    const id = eventId('atlas', '/crm', 'f2');
    expect(answer).toMatchObject({ status: 202, json: { eventId: id } });
    expect(Object.keys(answer.json)).toEqual(['eventId']);

    const [placed] = await visible(1, () => placedAs(id));
    const message = placed?.message;
    const record = EVENT_TYPES.received.decode(message?.value ?? Buffer.alloc(0));
    expect(record).toMatchObject({
      tenant: 'atlas',
      purpose: 'case-triage',
      object: 'Case',
      producer: 'atlas-crm',
    });
    expect(message?.key?.toString()).toBe(partitionKey('atlas', record.subject));
    expect(message?.headers?.['traceparent']?.toString()).toMatch(
      new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`),
    );
    expect(message?.headers?.['ce_dataclassification']?.toString()).toBe('MissionCritical');

    const [fact] = await visible(1, async () => (await cell.facts()).filter(({ eventId: of }) => of === id));
    expect(fact).toMatchObject({
      kind: 'received',
      service: 'ingest',
      region: 'eu-central',
      traceId,
      fields: [],
    });
  });

  it('the same event again has the same id and lies beside the first, for the ledger to see', async () => {
    const answers = [await send(event('twice', 'r-2')), await send(event('twice', 'r-2'))];
    const id = eventId('atlas', '/crm', 'twice');
    expect(answers.map(({ json }) => json['eventId'])).toEqual([id, id]);
    const placed = await visible(2, () => placedAs(id));
    expect(placed).toHaveLength(2);
    expect(new Set(placed.map(({ partition }) => partition)).size).toBe(1);
  });
});

describe('what is refused is not kept', () => {
  it('B5 a tenant without an acknowledged profile is refused', async () => {
    const before = (await records()).length;
    const answer = await send(event('b5', 'r-b5'), {}, { scope: 'tenant:pending purpose:case-triage' });
    expect(answer).toMatchObject({ status: 403, json: { code: 'profile-not-acknowledged' } });
    expect(await records()).toHaveLength(before);
  });

  it('a record for another cell is refused with the right endpoint', async () => {
    const before = (await records()).length;
    const answer = await send(event('other', 'r-o'), {}, { scope: 'tenant:harbor purpose:case-triage' });
    expect(answer).toMatchObject({
      status: 421,
      json: { code: 'wrong-cell', endpoint: 'https://us.example' },
    });
    expect(await records()).toHaveLength(before);
  });
});

describe('webhooks', () => {
  const generic = (id: string, secret: string): Promise<Answer> => {
    const body = Buffer.from(JSON.stringify({ ...event(id, 'r-h'), source: '/hook' }));
    const timestamp = String(Math.floor(Date.now() / 1000));
    const headers = {
      'content-type': 'application/json',
      'bailiwick-timestamp': timestamp,
      'bailiwick-signature': `v1=${webhookMac(secret, timestamp, body).toString('hex')}`,
    };
    return post(`${api}/v1/webhooks/w1`, ca, headers, body);
  };
  const hubSpot = (events: readonly object[], id = 'atlas-hubspot'): Promise<Answer> => {
    const body = Buffer.from(JSON.stringify(events));
    const url = `${api}/v1/webhooks/${id}`;
    const timestamp = String(Date.now());
    const headers = {
      'x-hubspot-signature-v3': hubSpotSignature('v3', SECRET, { method: 'POST', url, body }, timestamp),
      'x-hubspot-request-timestamp': timestamp,
    };
    return post(url, ca, headers, body);
  };
  const ticket = (objectId: number, subscriptionType = 'ticket.propertyChange'): object => ({
    eventId: 1,
    subscriptionId: 2,
    portalId: 7,
    occurredAt: 1_700_000_000_000,
    subscriptionType,
    attemptNumber: 0,
    objectId,
    propertyName: 'Subject',
    propertyValue: canaries.note,
  });

  it('an unsigned one is refused, a signed one taken', async () => {
    expect(await generic('hook', 'x'.repeat(40))).toMatchObject({
      status: 401,
      json: { code: 'signature-invalid' },
    });
    const eventIdOfHook = eventId('atlas', '/hook', 'hook');
    expect(await generic('hook', SECRET)).toMatchObject({ status: 202, json: { eventId: eventIdOfHook } });
  });

  it('a secret is rotated while the process runs, and no delivery is refused on the way', async () => {
    const next = 'n'.repeat(40);
    const taken = async (id: string, secret: string): Promise<boolean> =>
      (await generic(id, secret)).status === 202;
    await writeFile(join(folder, 'next-secret'), next);
    await vi.waitFor(async () => expect(await taken('rotated', next)).toBe(true), { timeout: 5000 });
    expect(await taken('before', SECRET)).toBe(true);
    await rm(join(folder, 'next-secret'));
    await vi.waitFor(async () => expect(await taken('ended', next)).toBe(false), { timeout: 5000 });
    expect(await taken('after', SECRET)).toBe(true);
  });

  it("HubSpot's batch of 100 is durable within its five seconds, and again has the same ids", async () => {
    const batch = Array.from({ length: 100 }, (_, n) => ticket(n));
    const began = performance.now();
    const first = await hubSpot(batch);
    expect(performance.now() - began).toBeLessThan(5000);
    expect(first.status).toBe(202);
    const again = await hubSpot(batch.map((each) => ({ ...each, attemptNumber: 1 })));
    expect(again.text).toBe(first.text);
    const written = await visible(200, async () =>
      (await records()).filter(({ source }) => source === '/hubspot'),
    );
    expect(new Set(written.map((record) => record.eventId))).toEqual(
      new Set(first.json['eventIds'] as string[]),
    );
  });

  it('a batch that is larger than a burst of its tenant is taken whole, at the rate of the tenant', async () => {
    const batch = Array.from({ length: 50 }, (_, n) => ticket(n));
    const began = performance.now();
    const answer = await hubSpot(batch, 'bursty-hubspot');
    expect(performance.now() - began).toBeGreaterThan(1000);
    expect(answer.status).toBe(202);
    expect(answer.json['eventIds']).toHaveLength(50);
  });

  it('a privacy deletion is durable as a request for erasure, without the id of the person', async () => {
    const answer = await hubSpot([ticket(4711, 'contact.privacyDeletion')]);
    expect(answer).toMatchObject({ status: 202, json: { eventIds: [], passedOver: 0 } });
    const [request] = await visible(1, () => cell.read('eu.erasure.request.v1', EVENT_TYPES.erasure));
    expect(request).toMatchObject({
      tenant: 'atlas',
      source: '/hubspot',
      object: 'contact',
      producer: 'webhook/atlas-hubspot',
      requestedAt: new Date(1_700_000_000_000),
    });
    expect([request?.eventId]).toEqual(answer.json['erasureIds']);
    expect(JSON.stringify(request)).not.toContain('4711');
  });
});

describe('gRPC', () => {
  it('takes a stream of records, each durable and in order per CRM record', async () => {
    const client = createClient(IngestServiceClient, grpc, { ca });
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${await issuer.token()}`);
    const call = client.send(metadata);
    const accepted: string[] = [];
    call.on('data', ({ result }: SendResponse) => {
      if (result?.$case === 'accepted') accepted.push(result.value.eventId);
    });
    for (let sequence = 0; sequence < 300; sequence++)
      call.write(
        SendRequest.fromPartial({
          sequence: BigInt(sequence),
          source: '/stream',
          id: `s-${sequence}`,
          object: 'Case',
          recordId: `r-${sequence % 50}`,
          fieldsJson: Buffer.from(JSON.stringify({ Subject: canaries.note })),
        }),
      );
    call.end();
    await once(call, 'end');
    client.close();
    expect(new Set(accepted).size).toBe(300);

    const written = await visible(300, async () =>
      (await records()).filter(({ source }) => source === '/stream'),
    );
    const ids = (subject: string): string[] =>
      written.filter((record) => record.subject === subject).map((record) => record.eventId);
    expect(written).toHaveLength(300);
    const expected = new Map<number, string[]>();
    for (let sequence = 0; sequence < 300; sequence++)
      expected.set(sequence % 50, [
        ...(expected.get(sequence % 50) ?? []),
        eventId('atlas', '/stream', `s-${sequence}`),
      ]);
    const subjects = new Set(written.map(({ subject }) => subject));
    const inOrder = (lists: Iterable<string[]>): Set<string> =>
      new Set([...lists].map((list) => list.join()));
    expect(inOrder([...subjects].map(ids))).toEqual(inOrder(expected.values()));
  });
});

describe('content', () => {
  it('lies nowhere in clear: not in values, keys or headers of any topic that ingest writes', async () => {
    for (const topic of [RECORDS, FACTS])
      for (const { message } of await readTopic(await cell.cluster('auditor'), topic)) {
        const headers = Object.entries(message.headers ?? {}).map(
          ([name, value]) => `${name}=${String(value)}`,
        );
        const all = Buffer.concat([
          message.value ?? Buffer.alloc(0),
          message.key ?? Buffer.alloc(0),
          Buffer.from(headers.join()),
        ]);
        expect(canariesIn(all, canaries.values)).toEqual([]);
      }
  });

  it('is no label or value of a metric', async () => {
    const text = await (await fetch(`${service.url}/metrics`)).text();
    expect(text).toContain('bailiwick_ingest_accepted_total{way="grpc"} 300');
    expect(text).toContain('bailiwick_ingest_refused_total{way="http",code="wrong-cell"} 1');
    expect(canariesIn(Buffer.from(text), [...canaries.values, 'atlas'])).toEqual([]);
  });
});

describe('R1 quotas', () => {
  const scopeOf = (tenant: string) => ({ scope: `tenant:${tenant} purpose:case-triage` });

  it('refuse what comes too early, and say when to come again', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => send(event(`q-${n}`, `r-${n}`), {}, scopeOf('noisy'))),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status === 202).length).toBeGreaterThanOrEqual(20);
    expect(refused[0]).toMatchObject({ retryAfter: '1', json: { code: 'too-many-requests' } });
  });

  it('hold for a day over all processes of the cell, and over a restart', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 5; n++)
      statuses.push((await send(event(`d-${n}`, 'r'), {}, scopeOf('daily'))).status);
    expect(statuses).toEqual([202, 202, 202, 429, 429]);
    const database = openDatabase(readConfig(env));
    const [one, other] = await Promise.all([DailyQuota.open(database), DailyQuota.open(database)]);
    const now = new Date('2026-11-01T12:00:00Z');
    const takes = await Promise.all(
      Array.from({ length: 700 }, (_, n) => (n % 2 === 0 ? one : other).take('shared', 250, now)),
    );
    expect(takes.filter(Boolean)).toHaveLength(250);
    expect(await (await DailyQuota.open(database)).take('shared', 250, now)).toBe(false);
    expect(await one.take('shared', 250, new Date('2026-11-02T00:00:00Z'))).toBe(true);
    await database.end();
  });
});

describe('a broker that is gone', () => {
  it('is answered «not now», and the same event is taken when it is back', async () => {
    await cell.brokerProcess.kill();
    const during = await send(event('late', 'r-late'));
    expect(during).toMatchObject({ status: 503, json: { code: 'broker-unavailable' } });
    await cell.brokerProcess.start();
    await vi.waitFor(async () => expect(await send(event('late', 'r-late'))).toMatchObject({ status: 202 }), {
      timeout: 60_000,
      interval: 500,
    });
    const id = eventId('atlas', '/crm', 'late');
    expect((await records()).some((record) => record.eventId === id)).toBe(true);
  });
});
