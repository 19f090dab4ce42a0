import { readFile } from 'node:fs/promises';
import OpenAI from 'openai';
import { Agent, fetch } from 'undici';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Mesh } from './mesh.js';
import { freshId } from './sample-case.js';

const NAME = 'Lena Vogt';
const MAIL = 'lena.vogt@example.org';
const MODEL = 'triage-small';

let mesh: Mesh;
let agent: Agent;
beforeAll(async () => {
  mesh = await Mesh.open(inject('stackFolder'));
  agent = new Agent({ connect: { ca: await readFile(mesh.stack.authority, 'utf8') } });
});
afterAll(async () => {
  await agent.close();
  await mesh.close();
});

/** Fetches with trust in the authority of the stack. */
const trusting = ((url: string, init: object) =>
  fetch(url, { ...init, dispatcher: agent })) as unknown as typeof globalThis.fetch;

/** OpenAI's own client, pointed at the home cell of a tenant. */
const clientOf = async (
  tenant: string,
  region = mesh.homeOf(tenant),
  purpose = 'assistant',
): Promise<OpenAI> =>
  new OpenAI({
    apiKey: await mesh.token(tenant, purpose),
    baseURL: `${mesh.cell(region).ingest.http}/v1`,
    fetch: trusting,
  });

/** A schema that leaves the model one answer, in which the person is named. */
const saying = (text: string) => ({
  type: 'json_schema' as const,
  json_schema: {
    name: 'said',
    strict: true,
    schema: {
      type: 'object',
      properties: { said: { enum: [text] } },
      required: ['said'],
      additionalProperties: false,
    },
  },
});
const asked = [{ role: 'user' as const, content: `Write to ${NAME}, ${MAIL}.` }];

describe("the gateway, asked by OpenAI's own client", () => {
  it.each([
    ['nordlicht', 'eu', 'eu-nordlicht'],
    ['harbor', 'us', 'us-shared'],
  ])(
    'answers %s at home, restored, with its history under the id in the headers',
    async (tenant, jurisdiction, pool) => {
      const openai = await clientOf(tenant);
      const { data, response } = await openai.chat.completions
        .create({ model: MODEL, messages: asked, response_format: saying(`To ${NAME} at ${MAIL}`) })
        .withResponse();
      expect(data).toMatchObject({ object: 'chat.completion', model: MODEL });
      expect(data.choices[0]).toMatchObject({ finish_reason: 'stop' });
      expect(JSON.parse(data.choices[0]?.message.content ?? '')).toEqual({ said: `To ${NAME} at ${MAIL}` });
      expect(data.usage?.total_tokens).toBeGreaterThan(0);

      const eventId = response.headers.get('bailiwick-event-id') ?? '';
      expect(response.headers.get('bailiwick-receipt')?.split('.')).toHaveLength(3);
      const history = await mesh.ended(mesh.homeOf(tenant), eventId);
      expect(history).toMatchObject({ outcome: 'answered', tenant, answeredIn: jurisdiction, pool });
      const text = JSON.stringify(history);
      for (const value of ['Lena', 'Vogt', 'lena.vogt']) expect(text).not.toContain(value);
      expect(await mesh.writes(eventId)).toEqual([]);
    },
  );

  it('gives vectors of texts without their names, alike for texts that are', async () => {
    const openai = await clientOf('atlas', undefined, 'case-search');
    const input = [
      `${NAME} cannot log in to her account.`,
      'Tom Berger cannot log in to her account.',
      'Die Rechnung 4711 ist doppelt.',
    ];
    const { data, response } = await openai.embeddings.create({ model: MODEL, input }).withResponse();
    expect(data).toMatchObject({ object: 'list', model: MODEL });
    const vectors = data.data.map(({ embedding }) => embedding);
    expect(vectors).toHaveLength(3);
    const [one, alike, other] = vectors;
    const product = (left: readonly number[] = [], right: readonly number[] = []): number =>
      left.reduce((sum, number, index) => sum + number * (right[index] ?? 0), 0);
    expect(product(one, one)).toBeCloseTo(1, 3);
    expect(product(one, alike)).toBeGreaterThan(product(one, other));
    expect(data.usage.prompt_tokens).toBeGreaterThan(0);
    const eventId = response.headers.get('bailiwick-event-id') ?? '';
    const history = await mesh.ended(mesh.homeOf('atlas'), eventId);
    expect(history).toMatchObject({ outcome: 'answered', tenant: 'atlas', object: 'TextEmbedding' });
    expect(JSON.stringify(history)).not.toContain('Vogt');
  });

  it.each([false, true])(
    'gives as many answers as are wanted, each restored (streamed: %s)',
    async (stream) => {
      const openai = await clientOf('atlas');
      const wanted = { model: MODEL, messages: asked, response_format: saying(`To ${NAME}`), n: 2 };
      const texts = new Map<number, string>();
      const finished = new Set<number>();
      if (stream) {
        for await (const { choices } of await openai.chat.completions.create({ ...wanted, stream: true }))
          for (const { index, delta, finish_reason } of choices) {
            texts.set(index, (texts.get(index) ?? '') + (delta.content ?? ''));
            if (finish_reason) finished.add(index);
          }
      } else
        for (const { index, message, finish_reason } of (await openai.chat.completions.create(wanted))
          .choices) {
          texts.set(index, message.content ?? '');
          if (finish_reason) finished.add(index);
        }
      expect([...texts.keys()]).toEqual([0, 1]);
      expect([...finished]).toEqual([0, 1]);
      for (const text of texts.values()) expect(JSON.parse(text)).toEqual({ said: `To ${NAME}` });
    },
  );

  it('streams the same answer, and tells its tokens', async () => {
    const openai = await clientOf('atlas');
    const stream = await openai.chat.completions.create({
      model: MODEL,
      messages: asked,
      response_format: saying(`Dear ${NAME}`),
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let tokens = 0;
    let finish: string | null = null;
    for await (const { choices, usage } of stream) {
      text += choices[0]?.delta.content ?? '';
      finish = choices[0]?.finish_reason ?? finish;
      tokens = usage?.total_tokens ?? tokens;
    }
    expect(JSON.parse(text)).toEqual({ said: `Dear ${NAME}` });
    expect(finish).toBe('stop');
    expect(tokens).toBeGreaterThan(0);
  });

  it.each([false, true])(
    'restores names in the arguments of a function that is called (streamed: %s)',
    async (stream) => {
      const openai = await clientOf('atlas');
      const parameters = {
        type: 'object',
        properties: { customer: { enum: [NAME] } },
        required: ['customer'],
        additionalProperties: false,
      };
      const request = {
        model: MODEL,
        messages: asked,
        tools: [{ type: 'function' as const, function: { name: 'find_customer', parameters } }],
        tool_choice: { type: 'function' as const, function: { name: 'find_customer' } },
      };
      const whole = stream
        ? await openai.chat.completions.stream(request).finalChatCompletion()
        : await openai.chat.completions.create(request);
      const [choice] = whole.choices;
      expect(choice?.finish_reason).toBe('tool_calls');
      const [call] = choice?.message.tool_calls ?? [];
      expect(call).toMatchObject({ type: 'function', function: { name: 'find_customer' } });
      const written = call?.type === 'function' ? call.function.arguments : '';
      expect(JSON.parse(written)).toEqual({ customer: NAME });
    },
  );

  it.each([false, true])(
    "answers OpenAI's newer responses, with text and with calls (streamed: %s)",
    async (stream) => {
      const openai = await clientOf('atlas');
      const ask = (more: object) => {
        const request = {
          model: MODEL,
          instructions: 'Be short.',
          input: `Write to ${NAME}, ${MAIL}.`,
          ...more,
        };
        return stream
          ? openai.responses.stream(request).finalResponse()
          : openai.responses.create({ ...request, stream: false });
      };
      const { schema } = saying(`Dear ${NAME}`).json_schema;
      const said = await ask({ text: { format: { type: 'json_schema', name: 'said', schema } } });
      expect(said).toMatchObject({ object: 'response', status: 'completed', model: MODEL });
      expect(JSON.parse(said.output_text)).toEqual({ said: `Dear ${NAME}` });
      expect(said.usage?.total_tokens).toBeGreaterThan(0);

      const parameters = { ...schema, properties: { said: { enum: [NAME] } } };
      const called = await ask({
        tools: [{ type: 'function', name: 'find_customer', parameters, strict: true }],
        tool_choice: { type: 'function', name: 'find_customer' },
      });
      const [call] = called.output;
      expect(call).toMatchObject({ type: 'function_call', name: 'find_customer' });
      expect(JSON.parse(call?.type === 'function_call' ? call.arguments : '')).toEqual({ said: NAME });
    },
  );

  it('promise 4: the same key asks the same question, and another question under it is refused', async () => {
    const openai = await clientOf('atlas');
    const headers = { 'Idempotency-Key': freshId() };
    const ask = (content: string) =>
      openai.chat.completions
        .create(
          { model: MODEL, messages: [{ role: 'user', content }], response_format: saying('yes') },
          { headers },
        )
        .withResponse();
    const [first, second] = [await ask('Is it?'), await ask('Is it?')];
    expect(second.data).toEqual(first.data);
    expect(second.response.headers.get('bailiwick-event-id')).toBe(
      first.response.headers.get('bailiwick-event-id'),
    );
    await expect(ask('Is it not?')).rejects.toMatchObject({ status: 400, code: 'idempotency-key-reused' });
  });

  it("answers Salesforce's LLM Open Connector", async () => {
    const answer = await trusting(`${mesh.cell('us-east').ingest.http}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'api-key': await mesh.token('harbor', 'assistant') },
      body: JSON.stringify({
        model: MODEL,
        messages: asked,
        n: 1,
        max_tokens: 4,
        parameters: { top_p: 0.5 },
      }),
    });
    const body = (await answer.json()) as OpenAI.ChatCompletion;
    expect(answer.status).toBe(200);
    expect(body).toMatchObject({ object: 'chat.completion', model: MODEL });
    expect(body.choices).toMatchObject([
      {
        index: 0,
        finish_reason: 'length',
        message: { role: 'assistant', content: expect.any(String) as string },
      },
    ]);
    expect(body.usage).toMatchObject({ completion_tokens: 4 });
  });

  it('lists the models that the client may ask', async () => {
    const openai = await clientOf('atlas');
    expect((await openai.models.list()).data).toMatchObject([{ id: MODEL, owned_by: 'atlas' }]);
    expect(await openai.models.retrieve(MODEL)).toMatchObject({ id: MODEL, object: 'model' });
  });

  describe('B1 fails closed, and says why', () => {
    it.each([
      ['another cell than the tenant is at home in', 'us-east', {}, 421, 'wrong-cell', null],
      [
        'a model for which the client has no purpose',
        null,
        { model: 'gpt-5' },
        404,
        'model-unknown',
        'model',
      ],
      ['a member that it could not keep', null, { logprobs: true }, 400, 'event-invalid', 'logprobs'],
      [
        'a picture',
        null,
        { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:' } }] }] },
        400,
        'event-invalid',
        'messages.0.content',
      ],
    ])('%s', async (_what, region, changes, status, code, param) => {
      const openai = await clientOf('nordlicht', region ?? undefined);
      const request = {
        model: MODEL,
        messages: asked,
        ...changes,
      } as OpenAI.ChatCompletionCreateParamsNonStreaming;
      await expect(openai.chat.completions.create(request)).rejects.toMatchObject({ status, code, param });
    });

    it('a client without a token, and one for whom no purpose is about chats', async () => {
      const baseURL = `${mesh.cell('eu-central').ingest.http}/v1`;
      const request = { model: MODEL, messages: asked };
      const asking = (apiKey: string) =>
        new OpenAI({ apiKey, baseURL, fetch: trusting }).chat.completions.create(request);
      await expect(asking('none')).rejects.toMatchObject({ status: 401, code: 'token-invalid' });
      const token = await mesh.token('atlas', 'case-triage');
      await expect(asking(token)).rejects.toMatchObject({ status: 403, code: 'scope-insufficient' });
    });
  });

  it('B1 a question does not come in by the way of records, where nobody would wait for its answer', async () => {
    const data = { object: 'ChatCompletion', fields: { Layout: ['is Messages messages>0>role "user"'] } };
    const event = {
      specversion: '1.0',
      type: 'crm.asked',
      source: '/e2e/chats',
      id: freshId(),
      subject: freshId(),
      data,
    };
    const authorization = `Bearer ${await mesh.token('atlas', 'assistant')}`;
    const answer = await mesh.post('eu-central', JSON.stringify(event), { authorization });
    expect(answer).toMatchObject({ status: 400, body: { code: 'event-invalid' } });
  });
});
