import { once } from 'node:events';
import { connect } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PoolConfig } from './config.js';
import { InstantEngine } from './instant-engine.js';
import { PoolServer } from './pool-server.js';

const config: PoolConfig = {
  pool: 'eu-shared',
  host: '127.0.0.1',
  port: 0,
  models: new Map([['triage-small', 'unused.gguf']]),
  engine: 'instant',
  sequences: 1,
  queue: 0,
  tls: undefined,
};
const schema = { type: 'object', properties: { category: { type: 'string', enum: ['billing', 'refund'] } } };
const question = {
  model: 'triage-small',
  messages: [{ role: 'user', content: 'canary-4711' }],
  response_format: { type: 'json_schema', json_schema: { name: 'triage', strict: true, schema } },
};

describe('a pool over HTTP', () => {
  let lines: string[];
  let server: PoolServer;
  let url: string;

  beforeEach(async () => {
    lines = [];
    const log = pino({}, { write: (line: string) => void lines.push(line) });
    server = new PoolServer(config, new InstantEngine(['triage-small']), log);
    url = await server.listen();
  });
  afterEach(async () => {
    await server.close();
    expect(lines.join('')).not.toContain('canary-4711');
  });

  const post = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  it('gives vectors of texts, in numbers and in the base64 that clients ask for', async () => {
    const embed = async (body: object): Promise<unknown> => {
      const init = { method: 'POST', body: JSON.stringify({ model: 'triage-small', ...body }) };
      return (await fetch(`${url}/v1/embeddings`, init)).json();
    };
    const list = await embed({ input: ['canary-4711', 'other'] });
    expect(list).toMatchObject({
      object: 'list',
      data: [{ index: 0 }, { index: 1 }],
      usage: { prompt_tokens: 5 },
    });
    const [vector] = (list as { data: { embedding: number[] }[] }).data.map(({ embedding }) => embedding);
    expect(Math.hypot(...(vector ?? []))).toBeCloseTo(1);
    expect(await embed({ input: 'canary-4711', encoding_format: 'base64' })).toMatchObject({
      data: [{ embedding: Buffer.from(Float32Array.from(vector ?? []).buffer).toString('base64') }],
    });
    expect(await embed({ input: 'canary-4711', dimensions: 2 })).toMatchObject({
      error: { message: 'Missing, wrong or unsupported: dimensions.' },
    });
    expect(await embed({ model: 'other', input: 'a' })).toMatchObject({ error: { code: 'model_not_found' } });
  });

  it('lists its models', async () => {
    const body: unknown = await (await fetch(`${url}/v1/models`)).json();
    expect(body).toMatchObject({ object: 'list', data: [{ id: 'triage-small', object: 'model' }] });
  });

  it('answers whole, with usage, and logs the trace id of the caller', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const response = await post(question, { traceparent: `00-${traceId}-b7ad6b7169203331-01` });
    expect(await response.json()).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { role: 'assistant', content: '{"category":"billing"}' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 3, completion_tokens: 6, total_tokens: 9 },
    });
    expect(lines.join('')).toContain(traceId);
  });

  it('streams chunks that add up to the answer, then usage, then [DONE]', async () => {
    const response = await post({ ...question, stream: true, stream_options: { include_usage: true } });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const events = (await response.text()).trim().split('\n\n');
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event.slice('data: '.length)) as Chunk);
    expect(events.at(-1)).toBe('data: [DONE]');
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(
      '{"category":"billing"}',
    );
    expect(chunks.at(-1)?.usage?.total_tokens).toBe(9);
  });

  it.each([
    ['another model', { ...question, model: 'canary-4711' }, 404, 'model_not_found'],
    ['no messages', { model: 'triage-small' }, 400, 'invalid_request'],
    ['no JSON', 'canary-4711', 400, 'invalid_request'],
    ['2 MiB', 'x'.repeat(2 * 1024 * 1024), 413, 'body_too_large'],
  ])('refuses %s in the shape that OpenAI clients know', async (_what, body, status, code) => {
    const response = await post(body);
    const text = await response.text();
    expect(response.status).toBe(status);
    expect(JSON.parse(text)).toMatchObject({ error: { code, type: 'invalid_request_error' } });
    expect(text).not.toContain('canary-4711');
  });

  it('does not know other paths', async () => {
    expect((await fetch(`${url}/v1/images`, { method: 'POST' })).status).toBe(404);
  });

  it('survives a client that breaks off in the middle of its body', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(
      'POST /v1/chat/completions HTTP/1.1\r\nhost: pool\r\ncontent-length: 900\r\n\r\n{"canary-4711',
    );
    await once(socket, 'connect');
    socket.destroy();
    expect((await post(question)).status).toBe(200);
  });
});

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string } }[];
  readonly usage?: { readonly total_tokens: number };
}
