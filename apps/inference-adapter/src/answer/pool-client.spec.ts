import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { poolWorkload, type Identity } from '@bailiwick/contracts';
import { CertificateAuthority } from '@bailiwick/stack';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.js';
import type { ChatQuestion } from '@bailiwick/chat';
import { chatCall } from './chat-completion.js';
import type { ModelQuestion } from './pool-call.js';
import { PoolClient } from './pool-client.js';
import { TestPool } from './pool.test-kit.js';

type Tls = { readonly cert: string; readonly key: string; readonly ca: string };

const POOL: Identity = { region: 'eu-central', workload: poolWorkload('eu-shared') };
const ADAPTER: Identity = { region: 'eu-central', workload: 'inference-adapter.eu-shared' };
const CHAT = {
  model: 'triage-small',
  asked: {
    messages: [{ role: 'user', content: 'Subject: Broken' }],
    temperature: 0,
    max_tokens: 160,
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'answer', strict: true, schema: { type: 'object' } },
    },
  },
  timeoutMs: 2000,
} satisfies ModelQuestion<ChatQuestion>;
const QUESTION = chatCall(CHAT);

let folder: string;
let authority: CertificateAuthority;
let pool: TestPool;
let client: PoolClient;
const { signal } = new AbortController();

async function credentials(identity: Identity, from = authority): Promise<Tls> {
  const files = await from.issue(identity);
  const [cert = '', key = '', ca = ''] = await Promise.all(
    [files.certificate, files.key, authority.file].map((file) => readFile(file, 'utf8')),
  );
  return { cert, key, ca };
}
const connect = async (url: string, tls?: Tls): Promise<PoolClient> =>
  new PoolClient({
    pool: 'eu-shared',
    region: 'eu-central',
    url,
    tls: tls ?? (await credentials(ADAPTER)),
    concurrency: 4,
    breaker: new CircuitBreaker({ failures: 1000, coolDownMs: 1, maxCoolDownMs: 1, now: () => 0 }),
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pool-client-'));
  authority = await CertificateAuthority.open(join(folder, 'ca'));
  pool = await TestPool.start(await credentials(POOL));
});
beforeEach(async () => {
  pool.asked.length = 0;
  client = await connect(pool.url);
});
afterEach(() => client.close());
afterAll(async () => {
  pool.stop();
  await rm(folder, { recursive: true });
});

test('a question is one chat completion, and its answer says what it cost', async () => {
  pool.react = () => ({ content: '{"a":1}' });
  const answer = await client.ask(QUESTION, signal);
  expect(answer).toMatchObject({
    answer: { message: { content: '{"a":1}' } },
    inputTokens: 40,
    outputTokens: 20,
  });
  expect(answer.durationMs).toBeGreaterThan(0);
  expect(pool.asked[0]?.body).toMatchObject({ model: 'triage-small', temperature: 0, max_tokens: 160 });
});

describe('a failure of the pool', () => {
  const FAILURES = [
    ['busy', { status: 429 }, 'pool-refused'],
    ['loading', { status: 503 }, 'pool-refused'],
    ['broken', { status: 500 }, 'pool-unavailable'],
    ['gone in the middle', { destroy: true }, 'pool-unavailable'],
    ['without that model', { status: 404, body: '{"error":"Ada"}' }, 'output-invalid'],
    ['not taking the question', { status: 400, body: 'Ada' }, 'output-invalid'],
    ['answering nonsense', { status: 200, body: '<html>Ada' }, 'output-invalid'],
    ['answering without end', { status: 200, body: 'x'.repeat(5_000_000) }, 'output-invalid'],
  ] as const;
  test.each(FAILURES)('%s', async (_, reaction, code) => {
    pool.react = () => reaction;
    const failure: unknown = await client.ask(QUESTION, signal).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ code });
    expect((failure as Error).message).not.toContain('Ada');
  });
  test('silent for longer than the purpose allows', async () => {
    pool.react = () => ({ silent: true });
    const asked = client.ask({ ...QUESTION, timeoutMs: 100 }, signal);
    await expect(asked).rejects.toMatchObject({ code: 'pool-timeout' });
  });
  test('not there', async () => {
    const nobody = await connect('https://127.0.0.1:1');
    await expect(nobody.ask(QUESTION, signal)).rejects.toMatchObject({ code: 'pool-unavailable' });
    await nobody.close();
  });
});

test('a lane that moves away ends the call', async () => {
  pool.react = () => ({ silent: true });
  const asked = client.ask(QUESTION, AbortSignal.timeout(50));
  await expect(asked).rejects.toMatchObject({ code: 'shutting-down' });
});

describe('a server that is not the pool gets no byte', () => {
  const IMPOSTORS: readonly (readonly [string, Identity])[] = [
    ['another pool of the cell', { region: 'eu-central', workload: poolWorkload('eu-nordlicht') }],
    ['the pool of that name elsewhere', { region: 'us-east', workload: poolWorkload('eu-shared') }],
    ['another service', { region: 'eu-central', workload: 'ingest' }],
  ];
  test.each(IMPOSTORS)('%s', async (_, identity) => {
    const impostor = await TestPool.start(await credentials(identity));
    impostor.react = () => ({ content: '{}' });
    const misled = await connect(impostor.url);
    await expect(misled.ask(QUESTION, signal)).rejects.toMatchObject({ code: 'pool-unavailable' });
    expect(impostor.asked).toEqual([]);
    await misled.close();
    impostor.stop();
  });
  test('the right name from another authority', async () => {
    const other = await CertificateAuthority.open(join(folder, 'other'));
    const tls = { ...(await credentials(POOL, other)), ca: await readFile(other.file, 'utf8') };
    const impostor = await TestPool.start(tls);
    const misled = await connect(impostor.url);
    await expect(misled.ask(QUESTION, signal)).rejects.toMatchObject({ code: 'pool-unavailable' });
    expect(impostor.asked).toEqual([]);
    await misled.close();
    impostor.stop();
  });
});
