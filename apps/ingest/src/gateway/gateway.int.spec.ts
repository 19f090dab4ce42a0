import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { dirname, join } from 'node:path';
import { EVENT_TYPES, GatewayReply, topicNames, type RecordReceived } from '@bailiwick/contracts';
import { Custody } from '@bailiwick/custody';
import { CALLER, CHAT_OBJECT, type CellSpec, type Purpose } from '@bailiwick/domain';
import { DurableWriter, emit } from '@bailiwick/kafka';
import {
  BaseConfig,
  DatabaseConfig,
  loadConfig,
  openDatabase,
  runService,
  type RunningService,
} from '@bailiwick/platform';
import { Ports } from '@bailiwick/stack';
import { TestMesh, canariesIn, makeCanaries, type TestCell } from '@bailiwick/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { profile, purpose } from '../admit/control.test-kit.js';
import { ingest } from '../app.module.js';
import { TestIssuer } from '../authorise/issuer.test-kit.js';
import { post, type Answer } from '../http/post.test-kit.js';

const SPEC: CellSpec = {
  region: 'eu-central',
  jurisdiction: 'eu',
  partitions: 4,
  lanes: 2,
  pools: [],
  borders: [],
};
const { record: RECORDS, reply: REPLIES, gone: GONE } = topicNames('eu');
const SOON = { timeout: 20_000, interval: 50 };
const canaries = makeCanaries();

const CHATS: Purpose = {
  ...purpose('atlas', 'assistant'),
  object: CHAT_OBJECT,
  prompt: { system: 'Answer.', lines: [] },
  model: { alias: 'small', maxTokens: 10, timeoutMs: 20_000 },
  writeback: { target: CALLER, object: CHAT_OBJECT, mapping: {} },
};

let mesh: TestMesh;
let cell: TestCell;
let issuer: TestIssuer;
let ca: string;
let quotas: string;
/** Two processes of ingest, as a cell has them: a reply comes to both, and one of them waits. */
const services: RunningService[] = [];
const apis: string[] = [];
let custody: Custody;
let writer: DurableWriter;
let database: ReturnType<typeof openDatabase>;

/** Answers of the spec have seven tokens. */
const BUDGET = 36;

async function startIngest(): Promise<void> {
  const given = await cell.environment('ingest');
  const port = await new Ports().claim('api', 0);
  ca = await readFile(given['BAILIWICK_TLS_CA'] ?? '', 'utf8');
  const env = {
    ...given,
    BAILIWICK_API_PORT: String(port),
    BAILIWICK_OIDC_ISSUER: issuer.url,
    BAILIWICK_QUOTAS_FILE: quotas,
  };
  const service = await runService(ingest(env));
  services.push(service);
  apis.push(`https://127.0.0.1:${port}`);
  await vi.waitFor(async () => expect((await fetch(`${service.url}/health/ready`)).status).toBe(200), SOON);
}

beforeAll(async () => {
  [mesh, issuer] = await Promise.all([TestMesh.start([SPEC]), TestIssuer.start()]);
  cell = mesh.cells[0] as TestCell;
  await cell.publish('profile', 'atlas', profile('atlas'));
  await cell.publish('purpose', 'atlas/assistant', CHATS);
  quotas = join(dirname((await cell.environment('ingest'))['BAILIWICK_CELL_FILE'] ?? ''), 'quotas.json');
  const unlimited = { recordsPerSecond: 1000, burst: 1000 };
  const budgets = { tokensPerDay: { assistant: BUDGET } };
  await writeFile(
    quotas,
    JSON.stringify({ default: unlimited, tenants: { atlas: { ...unlimited, ...budgets } } }),
  );
  await startIngest();
  await startIngest();
  writer = new DurableWriter(await cell.cluster('writeback'), SPEC);
  await writer.start();
  const writeback = await cell.environment('writeback');
  database = openDatabase(loadConfig(BaseConfig.extend(DatabaseConfig.shape), writeback));
  custody = await Custody.open({ pool: database, cellKeys: (await mesh.keys.cell('eu-central')).file });
});
afterAll(async () => {
  for (const service of services) await service.stop();
  await writer?.stop();
  await issuer?.stop();
  await database?.end();
  await mesh?.stop();
});

const QUESTION = { model: 'small', messages: [{ role: 'user', content: canaries.note }] };

async function ask(body: object, headers: Record<string, string> = {}, process = 0): Promise<Answer> {
  const authorization = `Bearer ${await issuer.token({ scope: 'tenant:atlas purpose:assistant' })}`;
  const all = { authorization, 'content-type': 'application/json', ...headers };
  return post(`${apis[process]}/v1/chat/completions`, ca, all, Buffer.from(JSON.stringify(body)));
}

/** The question that was asked last, as the rest of the mesh gets it. */
async function next(known: ReadonlySet<string>): Promise<RecordReceived> {
  return vi.waitFor(async () => {
    const found = (await cell.read(RECORDS, EVENT_TYPES.received)).find(({ eventId }) => !known.has(eventId));
    if (!found) throw new Error('no question was taken');
    return found;
  }, SOON);
}
const taken = async (): Promise<ReadonlySet<string>> =>
  new Set((await cell.read(RECORDS, EVENT_TYPES.received)).map(({ eventId }) => eventId));

async function tell(
  { eventId, tenant, purpose: id, subject }: RecordReceived,
  outcome: GatewayReply['outcome'],
): Promise<void> {
  const names = { eventId, tenant, purpose: id, subject };
  const message = { ...names, outcome };
  await writer.write({
    attributes: { ...names, object: CHAT_OBJECT },
    classification: 'Internal',
    outcomes: [emit({ topic: REPLIES, type: EVENT_TYPES.reply, message, fact: null })],
  });
}

/** Answers as the mesh does: sealed to the data subject, restored. */
async function answer(record: RecordReceived, content: string): Promise<void> {
  const plaintext = Buffer.from(JSON.stringify({ message: { content }, finish_reason: 'stop' }));
  const payload = await custody.sealReply({ ...record, plaintext });
  const usage = { inputTokens: 3, outputTokens: 4, durationMs: 1 };
  const value = {
    payload,
    receipt: 'a.b.c',
    pool: 'eu-shared',
    model: 'small',
    usage,
    finishedAt: new Date(),
  };
  await tell(record, { $case: 'answer', value });
}

describe('a caller who waits', () => {
  it('gets the answer from the process that was asked, sealed on the way', async () => {
    for (const process of [0, 1]) {
      const known = await taken();
      const asking = ask(QUESTION, {}, process);
      const record = await next(known);
      await answer(record, `Dear ${canaries.name}`);
      const { status, json, headers } = await asking;
      expect(status).toBe(200);
      expect(json).toMatchObject({
        choices: [
          { message: { role: 'assistant', content: `Dear ${canaries.name}` }, finish_reason: 'stop' },
        ],
        usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
      });
      expect(headers).toMatchObject({ 'bailiwick-event-id': record.eventId, 'bailiwick-receipt': 'a.b.c' });
      expect(headers['cache-control']).toBe('no-store');
    }
    const replies = await cell.read(REPLIES, EVENT_TYPES.reply);
    const bytes = Buffer.concat(replies.map((reply) => GatewayReply.encode(reply).finish()));
    expect(canariesIn(bytes, canaries.values)).toEqual([]);
  });

  it.each([
    ['held', 403, 'question-held', 'too-sensitive'],
    ['dead-lettered', 500, 'question-failed', 'record-undecodable'],
  ] as const)('hears at once that its question is %s, and why', async (kind, status, code, reason) => {
    const known = await taken();
    const asking = ask(QUESTION);
    const record = await next(known);
    await tell(record, { $case: 'refusal', value: { kind, code: reason, detail: 'A sentence.' } });
    const refused = await asking;
    expect(refused).toMatchObject({ status, json: { error: { code, reason, message: 'A sentence.' } } });
    // OpenAI's clients would ask a second time.
    expect(refused.headers).toMatchObject({
      'bailiwick-event-id': record.eventId,
      'x-should-retry': 'false',
    });
  });

  it('promise 4: asks again with its key, of another process and after a crash, and gets the answer that there was', async () => {
    const known = await taken();
    const headers = { 'idempotency-key': randomUUID() };
    const asking = ask(QUESTION, headers);
    const record = await next(known);
    await answer(record, 'the first');
    expect((await asking).text).toContain('the first');
    expect((await ask(QUESTION, headers, 1)).text).toContain('the first');
    await startIngest();
    const again = await ask(QUESTION, headers, 2);
    expect(again).toMatchObject({ status: 200, headers: { 'bailiwick-event-id': record.eventId } });
    expect(again.text).toContain('the first');
    const other = { ...QUESTION, temperature: 1 };
    expect(await ask(other, headers)).toMatchObject({
      status: 400,
      json: { error: { code: 'idempotency-key-reused' } },
    });
  });

  it('may go away: nobody waits then, and the adapters hear of it', async () => {
    const known = await taken();
    const call = request(`${apis[0]}/v1/chat/completions`, {
      method: 'POST',
      ca,
      headers: { authorization: `Bearer ${await issuer.token({ scope: 'tenant:atlas purpose:assistant' })}` },
    });
    call.on('error', () => undefined);
    call.end(JSON.stringify(QUESTION));
    const record = await next(known);
    call.destroy();
    const metrics = async (): Promise<string> => (await fetch(`${services[0]?.url}/metrics`)).text();
    await vi.waitFor(async () => {
      const text = await metrics();
      expect(text).toMatch(/bailiwick_ingest_refused_total\{way="gateway",code="answer-late"\} [1-9]/);
      expect(text).toMatch(/bailiwick_gateway_waiting 0/);
    }, SOON);
    const { eventId, tenant, subject } = record;
    await vi.waitFor(
      async () =>
        expect(await cell.read(GONE, EVENT_TYPES.gone)).toEqual([
          { eventId, tenant, purpose: 'assistant', subject },
        ]),
      SOON,
    );
    await answer(record, 'too late');
  });

  it('uses the budget of its purpose, each answer once over all processes, and then no more until midnight', async () => {
    const used = async (process: number): Promise<unknown> => {
      const authorization = `Bearer ${await issuer.token({ scope: 'tenant:atlas purpose:assistant' })}`;
      return (await post(`${apis[process]}/v1/usage`, ca, { authorization }, Buffer.alloc(0), 'GET')).json;
    };
    const usage = (input_tokens: number, output_tokens: number) => ({
      object: 'list',
      data: [{ purpose: 'assistant', input_tokens, output_tokens, budget: BUDGET }],
    });
    const answers = (await cell.read(REPLIES, EVENT_TYPES.reply)).filter(
      (one) => one.outcome?.$case === 'answer',
    ).length;
    for (const process of apis.keys())
      await vi.waitFor(
        async () => expect(await used(process)).toEqual(usage(3 * answers, 4 * answers)),
        SOON,
      );
    for (let n = answers; n * 7 < BUDGET; n++) {
      const known = await taken();
      const asking = ask(QUESTION);
      await answer(await next(known), 'one more');
      expect((await asking).status).toBe(200);
      await vi.waitFor(async () => expect(await used(1)).toEqual(usage(3 * (n + 1), 4 * (n + 1))), SOON);
    }
    const refused = await ask(QUESTION, {}, 1);
    expect(refused).toMatchObject({ status: 429, json: { error: { code: 'quota-exhausted' } } });
    expect(refused.headers['x-should-retry']).toBe('false');
    expect(Number(refused.retryAfter)).toBeGreaterThan(0);
  });
});
