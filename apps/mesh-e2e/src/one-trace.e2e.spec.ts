import { setTimeout as sleep } from 'node:timers/promises';
import { ATTRIBUTES } from '@bailiwick/platform';
import { canariesIn, makeCanaries } from '@bailiwick/testing';
import { fetch } from 'undici';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { Mesh } from './mesh.js';
import { freshId, sampleCase } from './sample-case.js';

const Span = z.object({
  spanID: z.string(),
  operationName: z.string(),
  processID: z.string(),
  references: z.array(z.object({ refType: z.string(), spanID: z.string() })),
  tags: z.array(z.object({ key: z.string(), value: z.unknown() })),
});
const Trace = z.object({
  spans: z.array(Span),
  processes: z.record(z.string(), z.object({ serviceName: z.string() })),
});
type Trace = z.infer<typeof Trace>;

/** What Jaeger and OpenTelemetry add to spans and processes on their own. */
const ADDED = /^(span\.kind|otel\.|internal\.|error$|telemetry\.|service\.|cloud\.region)/;

let mesh: Mesh;
beforeAll(async () => {
  mesh = await Mesh.open(inject('stackFolder'));
});
afterAll(() => mesh.close());

async function traceOf(id: string, services: number): Promise<Trace> {
  const { query } = mesh.stack.jaeger;
  if (query === null) throw new Error('this machine has no Jaeger: give it a binary or Go');
  let last: Trace | undefined;
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(500)) {
    const answer = await fetch(`${query}/api/traces/${id}`);
    const body = z.object({ data: z.array(Trace).nullish() }).safeParse(await answer.json());
    last = body.data?.data?.[0] ?? last;
    if (
      last &&
      new Set(Object.values(last.processes).map(({ serviceName }) => serviceName)).size >= services
    ) {
      await sleep(1500);
      const again = z
        .object({ data: z.array(Trace) })
        .parse(await (await fetch(`${query}/api/traces/${id}`)).json());
      return again.data[0] ?? last;
    }
  }
  throw new Error(`the trace has spans of ${JSON.stringify(last?.processes ?? {})} only`);
}

/** Edges between services: parent's service → child's service. */
function edges({ spans, processes }: Trace): Set<string> {
  const service = (id: string): string => processes[id]?.serviceName ?? '?';
  const byId = new Map(spans.map((span) => [span.spanID, span]));
  const found = new Set<string>();
  for (const span of spans)
    for (const { spanID } of span.references) {
      const parent = byId.get(spanID);
      if (parent && service(parent.processID) !== service(span.processID))
        found.add(`${service(parent.processID)} → ${service(span.processID)}`);
    }
  return found;
}

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
    const trace = await traceOf(traceId ?? '', 5);

    expect([...edges(trace)].toSorted()).toEqual(
      expect.arrayContaining([
        'classifier → residency-router',
        'inference-adapter → writeback',
        'ingest → classifier',
        'residency-router → inference-adapter',
      ]),
    );
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

  it('crosses the border in the same trace', async () => {
    const eventId = await mesh.accept({
      tenant: 'atlas',
      purpose: 'case-digest',
      id: freshId(),
      recordId: freshId(),
      fields: sampleCase({ Subject: 'Where is my order' }),
    });
    const { traceId, outcome } = await mesh.ended('eu-central', eventId);
    expect(outcome).toBe('answered');
    const trace = await traceOf(traceId ?? '', 5);
    const regions = new Set(
      trace.spans.flatMap(({ tags }) =>
        tags
          .filter(({ key }) => key === ATTRIBUTES.messagingDestination)
          .map(({ value }) => String(value).split('.')[0]),
      ),
    );
    expect(regions).toEqual(new Set(['eu', 'us']));
  });
});
