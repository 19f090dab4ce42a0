import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hubSpotSignature, webhookMac } from '@bailiwick/crm';
import { eventId } from '@bailiwick/domain';
import { BailiwickError, describeCause, type LogFields, type Logger } from '@bailiwick/platform';
import { CertificateAuthority } from '@bailiwick/stack';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessTokens } from '../authorise/access-tokens.js';
import { TestIssuer, type TokenChanges } from '../authorise/issuer.test-kit.js';
import { Gateway } from '../gateway/gateway.js';
import { Replies } from '../gateway/replies.js';
import { TokenBudgets } from '../gateway/token-budgets.js';
import { DEFAULT_QUOTAS } from '../quota/quota.js';
import { keepingReceiver } from '../receive/parts.test-kit.js';
import { ErasureRequests } from '../webhook/erasure-requests.js';
import { WebhookFile, WebhookRegistrations } from '../webhook/webhook-registrations.js';
import { ApiServer } from './api-server.js';
import { post, type Answer } from './post.test-kit.js';

const SECRET = 's'.repeat(32);
const CANARY = 'canary-4be1';
const EVENT = {
  specversion: '1.0',
  id: 'e-1',
  source: '/crm',
  type: 'crm.record.changed',
  subject: '500XX0001',
  data: { object: 'Case', fields: { Subject: CANARY } },
};

let folder: string;
let issuer: TestIssuer;
let api: ApiServer;
let ca: string;
let failure: unknown;
const erased: string[] = [];
const logged: string[] = [];
const log = (message: string, { error, ...fields }: LogFields = {}): void => {
  const known = BailiwickError.from(error);
  logged.push(
    JSON.stringify([message, fields, known.code, known.detail, describeCause(known.cause ?? error)]),
  );
};
const logger: Logger = { debug: log, info: log, warn: log, error: log };
const kept = keepingReceiver({
  failWith: () => failure,
  logger,
});

const registration = (id: string, more: object): object => ({
  id,
  tenant: 'atlas',
  purpose: 'case-triage',
  source: '/hook',
  secretFile: [join(folder, 'secret')],
  ...more,
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bailiwick-ingest-'));
  await writeFile(join(folder, 'secret'), SECRET);
  const files = await (
    await CertificateAuthority.open(folder)
  ).issue({ region: 'eu-central', workload: 'ingest' });
  const [cert, key, authority] = await Promise.all(
    [files.certificate, files.key, files.authority].map((file) => readFile(file, 'utf8')),
  );
  ca = authority ?? '';
  issuer = await TestIssuer.start();
  api = new ApiServer({
    host: '127.0.0.1',
    port: 0,
    tls: { cert: cert ?? '', key: key ?? '' },
    region: 'eu-central',
    control: kept.control,
    tokens: new AccessTokens(issuer.url),
    receiver: kept.receiver,
    quotas: { expect: () => undefined },
    webhooks: new WebhookRegistrations(
      WebhookFile.parse([
        registration('w1', {}),
        registration('h1', { crm: { kind: 'hubspot', portalId: 7, crmObject: 'ticket', object: 'Case' } }),
        registration('c1', { crm: { kind: 'cloudevents', origins: ['crm.example'] } }),
        registration('d1', { crm: { kind: 'dataverse', crmObject: 'incident', object: 'Case' } }),
        registration('gone', { retired: true }),
      ]),
      logger,
      () => () => Promise.reject(new Error('nothing is lent here')),
    ),
    erasures: new ErasureRequests({
      control: kept.control,
      custody: { subjectOf: (_tenant, object) => Promise.resolve(`subject-of-${object}`) },
      writer: { write: ({ attributes }) => Promise.resolve(void erased.push(attributes.subject)) },
      region: 'eu-central',
      topic: 'eu.erasure.request.v1',
      now: () => new Date(),
    }),
    gateway: new Gateway({
      control: kept.control,
      custody: { openReply: () => Promise.reject(new Error('nothing is sealed here')) },
      receiver: kept.receiver,
      replies: new Replies(),
      tellGone: () => Promise.resolve(),
      budgets: new TokenBudgets(DEFAULT_QUOTAS, { today: () => ({ input: 0, output: 0 }) }),
    }),
    logger,
  });
  await api.start();
});
afterAll(async () => {
  await api.stop();
  await issuer.stop();
  await rm(folder, { recursive: true });
});

const postTo = (path: string, headers: Record<string, string>, body: Uint8Array): Promise<Answer> =>
  post(`${api.url}${path}`, ca, headers, body);
const send = async (
  body: unknown,
  headers: Record<string, string> = {},
  token: TokenChanges = {},
): Promise<Answer> =>
  postTo(
    '/v1/records',
    {
      authorization: `Bearer ${await issuer.token(token)}`,
      'content-type': 'application/cloudevents+json',
      ...headers,
    },
    Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)),
  );

describe('POST /v1/records', () => {
  it('takes an event and answers 202 with its id, the same id when it comes again', async () => {
    const id = eventId('atlas', '/crm', 'e-1');
    for (let delivery = 0; delivery < 2; delivery++) {
      const answer = await send(EVENT);
      expect(answer).toMatchObject({ status: 202, json: { eventId: id } });
    }
    expect(kept.written.at(-1)).toMatchObject({
      eventId: id,
      tenant: 'atlas',
      purpose: 'case-triage',
      producer: 'atlas-crm',
      subject: 'subject-of-Case',
    });
  });

  it('answers a batch event by event, each precisely', async () => {
    const answer = await send(
      [
        EVENT,
        { ...EVENT, id: 'e-2', data: { object: 'Case', fields: {} } },
        { ...EVENT, id: 'e-3', purpose: 'other' },
        7,
      ],
      { 'content-type': 'application/cloudevents-batch+json' },
    );
    expect(answer).toMatchObject({
      status: 202,
      json: [
        { id: 'e-1', eventId: eventId('atlas', '/crm', 'e-1') },
        { id: 'e-2', problem: { code: 'event-empty', status: 400 } },
        { id: 'e-3', problem: { code: 'scope-insufficient', status: 403 } },
        { id: null, problem: { code: 'event-invalid', status: 400 } },
      ],
    });
  });

  it.each<[string, number, string, unknown, Record<string, string>, TokenChanges]>([
    ['no JSON', 400, 'body-not-json', Buffer.from('{'), {}, {}],
    ['invalid UTF-8', 400, 'body-not-utf8', Buffer.from([0xc3, 0x28]), {}, {}],
    ['zero fields', 400, 'event-empty', { ...EVENT, data: { object: 'Case', fields: {} } }, {}, {}],
    ['the wrong schema', 400, 'event-invalid', { ...EVENT, subject: 7 }, {}, {}],
    ['clock skew', 400, 'event-time-skewed', { ...EVENT, time: '2199-01-01T00:00:00Z' }, {}, {}],
    ['an unknown content type', 415, 'content-type-unsupported', EVENT, { 'content-type': 'text/plain' }, {}],
    ['a bad token', 401, 'token-invalid', EVENT, {}, { foreign: true }],
    ['an unknown tenant', 403, 'tenant-unknown', EVENT, {}, { scope: 'tenant:nobody purpose:case-triage' }],
    ['a missing scope', 403, 'scope-insufficient', EVENT, {}, { scope: 'tenant:atlas' }],
    ['an unknown purpose', 403, 'purpose-unknown', EVENT, {}, { scope: 'tenant:atlas purpose:nothing' }],
    [
      'B5 a tenant without an acknowledged profile',
      403,
      'profile-not-acknowledged',
      EVENT,
      {},
      { scope: 'tenant:pending purpose:case-triage' },
    ],
  ])('refuses %s with %i %s as problem details', async (_case, status, code, body, headers, token) => {
    const before = kept.written.length;
    const answer = await send(body, headers, token);
    expect(answer).toMatchObject({
      status,
      type: expect.stringContaining('application/problem+json'),
      json: { code, status },
    });
    expect(kept.written).toHaveLength(before);
  });

  it('refuses without a token', async () => {
    const answer = await postTo(
      '/v1/records',
      { 'content-type': 'application/cloudevents+json' },
      Buffer.from('{}'),
    );
    expect(answer).toMatchObject({ status: 401, json: { code: 'token-missing' } });
  });

  it('answers 421 with the endpoint of the right cell', async () => {
    const answer = await send(EVENT, {}, { scope: 'tenant:harbor purpose:case-triage' });
    expect(answer).toMatchObject({
      status: 421,
      json: { code: 'wrong-cell', endpoint: 'https://us.example' },
    });
  });

  it('refuses 20 MB so that its sender can read why', async () => {
    const large = Buffer.alloc(20 * 1024 * 1024, 0x20);
    expect(await send(large)).toMatchObject({ status: 413, json: { code: 'body-too-large' } });
    expect(await send(large, { 'transfer-encoding': 'chunked' })).toMatchObject({
      status: 413,
      json: { code: 'body-too-large' },
    });
  });

  it('takes a record of 5 MB', async () => {
    const big = {
      ...EVENT,
      id: 'e-big',
      data: { object: 'Case', fields: { Description: 'x'.repeat(5_000_000) } },
    };
    expect(await send(big)).toMatchObject({ status: 202 });
  });

  it('says «not now» while the broker is not there, and loses nothing silently', async () => {
    failure = new BailiwickError('broker-unavailable', 'the broker does not answer');
    expect(await send(EVENT)).toMatchObject({ status: 503, json: { code: 'broker-unavailable' } });
    failure = undefined;
    expect(await send(EVENT)).toMatchObject({ status: 202 });
  });

  it('answers an unknown path with a problem', async () => {
    expect(await postTo('/v1/nothing', {}, Buffer.alloc(0))).toMatchObject({
      status: 404,
      json: { code: 'route-unknown' },
    });
  });
});

describe('POST /v1/webhooks/:id', () => {
  const { source: _source, ...body } = EVENT;
  const deliver = (secret: string, sentAt = Date.now(), id = 'w1'): Promise<Answer> => {
    const bytes = Buffer.from(JSON.stringify(body));
    const timestamp = String(Math.floor(sentAt / 1000));
    return postTo(
      `/v1/webhooks/${id}`,
      {
        'content-type': 'application/json',
        'bailiwick-timestamp': timestamp,
        'bailiwick-signature': `v1=${webhookMac(secret, timestamp, bytes).toString('hex')}`,
      },
      bytes,
    );
  };

  it('takes a signed event under its registration', async () => {
    expect(await deliver(SECRET)).toMatchObject({
      status: 202,
      json: { eventId: eventId('atlas', '/hook', 'e-1') },
    });
    expect(kept.written.at(-1)).toMatchObject({ source: '/hook', producer: 'webhook/w1' });
  });

  it('refuses a wrong signature, a stale one and an unknown webhook', async () => {
    expect(await deliver('x'.repeat(32))).toMatchObject({ status: 401, json: { code: 'signature-invalid' } });
    expect(await deliver(SECRET, Date.now() - 400_000)).toMatchObject({
      status: 401,
      json: { code: 'signature-stale' },
    });
    expect(await deliver(SECRET, Date.now(), 'w2')).toMatchObject({
      status: 404,
      json: { code: 'webhook-unknown' },
    });
  });
});

describe('webhooks of CRMs', () => {
  const change = {
    eventId: 1,
    subscriptionId: 2,
    portalId: 7,
    occurredAt: Date.now() - 1000,
    subscriptionType: 'ticket.propertyChange',
    objectId: 5,
    propertyName: 'subject',
    propertyValue: CANARY,
  };
  const hubSpot = (events: readonly object[]): Promise<Answer> => {
    const body = Buffer.from(JSON.stringify(events));
    const url = `${api.url}/v1/webhooks/h1`;
    const timestamp = String(Date.now());
    const signature = hubSpotSignature('v3', SECRET, { method: 'POST', url, body }, timestamp);
    const headers = { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': timestamp };
    return postTo('/v1/webhooks/h1', headers, body);
  };

  it('a batch is answered as one, and again as before', async () => {
    const forgotten = { ...change, subscriptionType: 'contact.privacyDeletion', propertyName: undefined };
    const batch = [
      change,
      { ...change, objectId: 6 },
      forgotten,
      { ...change, subscriptionType: 'ticket.creation' },
    ];
    const first = await hubSpot(batch);
    expect(first).toMatchObject({ status: 202, json: { passedOver: 1 } });
    expect(first.json['eventIds']).toHaveLength(2);
    expect(first.json['erasureIds']).toHaveLength(1);
    expect(erased).toEqual(['subject-of-contact']);
    expect((await hubSpot(batch)).text).toBe(first.text);
  });

  it('a batch with an event that is none is refused before anything of it is written', async () => {
    const before = kept.written.length;
    const answer = await hubSpot([change, { ...change, propertyName: 'a@b.example' }]);
    expect(answer).toMatchObject({ status: 400, json: { code: 'event-invalid' } });
    expect(kept.written).toHaveLength(before);
  });

  it('what passes is told before what never will', async () => {
    const skewed = { ...change, objectId: 9, occurredAt: Date.now() + 3_600_000 };
    expect(await hubSpot([skewed, change])).toMatchObject({
      status: 400,
      json: { code: 'event-time-skewed' },
    });
    failure = new BailiwickError('broker-unavailable', 'the broker does not answer');
    expect(await hubSpot([skewed, change])).toMatchObject({ status: 503 });
    failure = undefined;
  });

  it('a CloudEvents sender asks and is granted, and then sends in every mode', async () => {
    const ask = (path: string, origin: string): Promise<Answer> =>
      post(`${api.url}${path}`, ca, { 'webhook-request-origin': origin }, Buffer.alloc(0), 'OPTIONS');
    const granted = { allow: 'POST', 'webhook-allowed-origin': 'crm.example', 'webhook-allowed-rate': '600' };
    expect(await ask('/v1/webhooks/c1', 'crm.example')).toMatchObject({ status: 204, headers: granted });
    for (const [path, origin] of [
      ['c1', 'evil.example'],
      ['w1', 'crm.example'],
    ] as const) {
      const { status, headers } = await ask(`/v1/webhooks/${path}`, origin);
      expect([status, headers['allow'], headers['webhook-allowed-origin']]).toEqual([204, 'POST', undefined]);
    }
    const sender = { authorization: `Bearer ${SECRET}`, 'webhook-request-origin': 'crm.example' };
    const event = { ...EVENT, source: '/hook' };
    const type = 'content-type';
    const send = (as: string, body: unknown, more: Record<string, string> = {}): Promise<Answer> =>
      postTo('/v1/webhooks/c1', { ...sender, ...more, [type]: as }, Buffer.from(JSON.stringify(body)));
    const id = eventId('atlas', '/hook', 'e-1');
    expect((await send('application/cloudevents+json', event)).json).toEqual({ eventId: id });
    expect((await send('application/cloudevents-batch+json', [event, event])).json).toMatchObject({
      eventIds: [id, id],
    });
    const { data, ...attributes } = event;
    const headers = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]),
    );
    expect((await send('application/json', data, headers)).json).toEqual({ eventId: id });
    expect(await send('text/plain', event)).toMatchObject({
      status: 415,
      json: { code: 'content-type-unsupported' },
    });
  });

  it('a Dataverse step is known by the key in its address, which no answer and no log repeats', async () => {
    const context = {
      MessageName: 'Create',
      PrimaryEntityName: 'incident',
      PrimaryEntityId: '6d81597f-0f9f-e711-8122-000d3aa2331c',
      InitiatingUserId: '75c2dd85-e89e-e711-8122-000d3aa2331c',
      OperationId: '4af10637-4ea2-e711-8122-000d3aa2331c',
      OperationCreatedOn: '/Date(1506409448000-0700)/',
      InputParameters: [{ key: 'Target', value: { Attributes: [{ key: 'title', value: CANARY }] } }],
    };
    const deliver = (key: string, body: object): Promise<Answer> =>
      postTo(`/v1/webhooks/d1?code=${key}`, {}, Buffer.from(JSON.stringify(body)));
    const taken = await deliver(SECRET, context);
    expect(taken).toMatchObject({ status: 202, json: { eventId: expect.stringMatching(/^evt_/) } });
    expect((await deliver(SECRET, context)).text).toBe(taken.text);
    const refused = [
      await deliver(`${SECRET}x`, context),
      await deliver(SECRET, { ...context, InputParameters: [] }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([401, 413]);
    expect([...logged, ...refused.map(({ text }) => text)].join()).not.toContain(SECRET);
  });

  it('a webhook that is retired says so for good', async () => {
    const answer = await postTo('/v1/webhooks/gone', {}, Buffer.alloc(0));
    expect(answer).toMatchObject({ status: 410, json: { code: 'webhook-retired' } });
  });
});

describe('content never shows', () => {
  it('whatever is sent, the answer is a problem of ours and neither it nor the log quotes it', async () => {
    failure = new Error(CANARY);
    const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constant(EVENT), fc.string());
    await fc.assert(
      fc.asyncProperty(value, fc.boolean(), async (body, canaryFirst) => {
        const text = JSON.stringify(body) ?? 'null';
        const answer = await send(
          Buffer.from(canaryFirst ? CANARY + text : text.replaceAll('"', `"${CANARY}`)),
        );
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.type).toContain('application/problem+json');
        expect(answer.text).not.toContain(CANARY);
      }),
      { numRuns: 60 },
    );
    expect(await send(EVENT)).toMatchObject({ status: 500, json: { code: 'internal' } });
    failure = undefined;
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.join('')).not.toContain(CANARY);
  });
});
