import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ATTRIBUTES } from '@bailiwick/platform';
import { canariesIn, makeCanaries } from '@bailiwick/testing';
import { Agent, fetch } from 'undici';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { bailiwick } from './cli.js';
import { Mesh, type RecordView } from './mesh.js';
import { freshId, sampleCase } from './sample-case.js';

const Span = z.object({
  spanID: z.string(),
  operationName: z.string(),
  processID: z.string(),
  references: z.array(z.object({ refType: z.string(), traceID: z.string(), spanID: z.string() })),
  tags: z.array(z.object({ key: z.string(), value: z.unknown() })),
});
const Trace = z.object({
  spans: z.array(Span),
  processes: z.record(
    z.string(),
    z.object({ serviceName: z.string(), tags: z.array(z.object({ key: z.string(), value: z.unknown() })) }),
  ),
});
type Trace = z.infer<typeof Trace>;

/** What Jaeger and OpenTelemetry add to spans and processes on their own. */
const ADDED = /^(span\.kind|otel\.|internal\.|error$|telemetry\.|service\.|cloud\.region)/;

let mesh: Mesh;
beforeAll(async () => {
  mesh = await Mesh.open(inject('stackFolder'));
});
afterAll(() => mesh.close());

/** Reads a trace from Jaeger until these edges are in it: every process sends its spans by itself, each second. */
async function traceOf(id: string | null, expected: readonly string[]): Promise<Trace> {
  const { query } = mesh.stack.jaeger;
  if (query === null) throw new Error('this machine has no Jaeger: give it a binary or Go');
  let last: Trace | undefined;
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(300)) {
    const answer = await fetch(`${query}/api/traces/${id}`);
    const body = z.object({ data: z.array(Trace).nullish() }).safeParse(await answer.json());
    last = body.data?.data?.[0] ?? last;
    const found = last ? edges(last) : new Set();
    if (last && expected.every((edge) => found.has(edge))) return last;
  }
  throw new Error(`the trace has only ${JSON.stringify(last ? [...edges(last)] : [])}`);
}

/** Where a span was made, as `region/service`. */
const placeOf = ({ processes }: Trace, { processID }: z.infer<typeof Span>): string => {
  const process = processes[processID];
  return `${String(process?.tags.find(({ key }) => key === 'cloud.region')?.value)}/${process?.serviceName}`;
};

/** Edges between processes: where the parent was made → where the child was. */
function edges(trace: Trace): Set<string> {
  const byId = new Map(trace.spans.map((span) => [span.spanID, span]));
  const found = new Set<string>();
  for (const span of trace.spans)
    for (const { spanID } of span.references) {
      const parent = byId.get(spanID);
      if (parent && placeOf(trace, parent) !== placeOf(trace, span))
        found.add(`${placeOf(trace, parent)} → ${placeOf(trace, span)}`);
    }
  return found;
}

/** The way through services of one cell, as edges. */
const through = (region: string, ...services: readonly string[]): readonly string[] =>
  services.slice(1).map((service, index) => `${region}/${services[index]} → ${region}/${service}`);
const IN = ['ingest', 'classifier', 'residency-router'];

/** Values of an attribute in a trace. */
const valuesOf = (trace: Trace, name: string): readonly string[] =>
  trace.spans.flatMap(({ tags }) => tags.filter(({ key }) => key === name).map(({ value }) => String(value)));

describe('F4 one trace per record, read back from Jaeger', () => {
  const canaries = makeCanaries();

  it('goes from ingest to write-back through every service, and no span holds anything personal', async () => {
    const fields = sampleCase({
      ContactName: canaries.name,
      ContactEmail: canaries.email,
      Description: `${canaries.name} ${canaries.note}: refund please`,
    });
    const eventId = await mesh.accept({
      tenant: 'atlas',
      purpose: 'case-triage',
      id: freshId(),
      recordId: canaries.note,
      fields,
    });
    const { traceId } = await mesh.ended('eu-central', eventId);
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    const trace = await traceOf(traceId, through('eu-central', ...IN, 'inference-adapter', 'writeback'));
    const roots = trace.spans.filter(({ references }) => references.length === 0);
    expect(roots.map(({ operationName }) => operationName)).toEqual(['POST /v1/records']);
    expect(trace.spans.map(({ operationName }) => operationName)).toEqual(
      expect.arrayContaining(['chat triage-small']),
    );

    const allowed = new Set<string>(Object.values(ATTRIBUTES));
    for (const { operationName, tags } of trace.spans)
      for (const { key } of tags)
        expect(allowed.has(key) || ADDED.test(key), `${operationName}: ${key}`).toBe(true);
    expect(canariesIn(Buffer.from(JSON.stringify(trace)), canaries.values)).toEqual([]);
  });

  const sent = async (tenant: string, purpose: string, fields: object): Promise<RecordView> => {
    const names = { tenant, purpose, id: freshId(), recordId: freshId() };
    return mesh.ended('eu-central', await mesh.accept({ ...names, fields: { ...fields } }));
  };

  it('is linked from the transaction that it shared with others', async () => {
    const { query } = mesh.stack.jaeger;
    const names = { tenant: 'atlas', purpose: 'case-triage', fields: sampleCase() };
    const linked = async (): Promise<readonly string[]> => {
      const asked = `${query}/api/traces?service=classifier&operation=${encodeURIComponent('commit classify')}&limit=200&lookback=10m`;
      const { data } = z.object({ data: z.array(Trace) }).parse(await (await fetch(asked)).json());
      return data.flatMap(({ spans }) =>
        spans.flatMap(({ references }) => references.map(({ traceID }) => traceID)),
      );
    };
    const sending = Array.from({ length: 12 }, () =>
      mesh.accept({ ...names, id: freshId(), recordId: freshId() }),
    );
    const ended = await Promise.all((await Promise.all(sending)).map((id) => mesh.ended('eu-central', id)));
    const traces = ended.map(({ traceId }) => traceId ?? '');
    await expect
      .poll(async () => (await linked()).filter((id) => traces.includes(id)).length, {
        timeout: 20_000,
        interval: 500,
      })
      .toBeGreaterThan(1);
  });

  it('crosses the border in the same trace, there and back', async () => {
    const { traceId, outcome } = await sent(
      'atlas',
      'case-digest',
      sampleCase({ Subject: 'Where is my order' }),
    );
    expect(outcome).toBe('answered');
    const trace = await traceOf(traceId, [
      ...through('eu-central', ...IN),
      'eu-central/residency-router → us-east/residency-router',
      ...through('us-east', 'residency-router', 'inference-adapter', 'residency-router'),
      'us-east/residency-router → eu-central/residency-router',
      'eu-central/residency-router → eu-central/writeback',
      'us-east/inference-adapter → us-east/lineage',
      'eu-central/writeback → eu-central/lineage',
    ]);
    expect(
      new Set(valuesOf(trace, ATTRIBUTES.messagingDestination).map((topic) => topic.split('.')[0])),
    ).toEqual(new Set(['eu', 'us']));
  });

  it('ends in the cell that holds a record', async () => {
    const { traceId, outcome } = await sent('nordlicht', 'case-digest', sampleCase());
    expect(outcome).toBe('held');
    const trace = await traceOf(traceId, through('eu-central', ...IN));
    expect([...edges(trace)].filter((edge) => edge.includes('us-east'))).toEqual([]);
    expect(valuesOf(trace, ATTRIBUTES.outcome)).toContain('hold');
  });

  it('ends in the service that cannot process a record', async () => {
    // No field of it is named by the purpose, so nothing is left of it.
    const { traceId, outcome } = await sent('atlas', 'case-triage', { Diagnosis__c: 'none' });
    expect(outcome).toBe('dead-lettered');
    const trace = await traceOf(traceId, through('eu-central', 'ingest', 'classifier'));
    expect(valuesOf(trace, ATTRIBUTES.outcome)).toContain('dead-letter');
    expect([...edges(trace)].join()).not.toContain('residency-router');
  });

  it('is of a question to the gateway, from the caller to the answer, and bailiwick trace leads to it', async () => {
    const agent = new Agent({ connect: { ca: await readFile(mesh.stack.authority, 'utf8') } });
    const answer = await fetch(`${mesh.cell('eu-central').ingest.http}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await mesh.token('atlas', 'assistant')}`,
      },
      body: JSON.stringify({
        model: 'triage-small',
        messages: [{ role: 'user', content: canaries.note }],
        max_tokens: 8,
      }),
      dispatcher: agent,
    });
    await answer.body?.cancel();
    await agent.close();
    const eventId = answer.headers.get('bailiwick-event-id') ?? '';
    const { traceId } = await mesh.ended('eu-central', eventId);
    const trace = await traceOf(traceId, through('eu-central', ...IN, 'inference-adapter', 'writeback'));
    const roots = trace.spans.filter(({ references }) => references.length === 0);
    expect(roots.map(({ operationName }) => operationName)).toEqual(['POST /v1/chat/completions']);
    expect(valuesOf(trace, ATTRIBUTES.event)).toContain(eventId);

    const { out } = await bailiwick(inject('stackFolder'), ['trace', eventId]);
    const [, link = ''] = /^trace \w+ {2}(http\S+)$/m.exec(out) ?? [];
    expect(await (await fetch(link)).text()).toContain(traceId);
  });
});
