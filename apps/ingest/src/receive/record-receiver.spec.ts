import { Sensitive } from '@bailiwick/custody';
import { ATTRIBUTES } from '@bailiwick/platform';
import { SpanKind, context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CrmEvent } from '../event/crm-event.js';
import { inServerSpan } from '../http/server-span.js';
import { keepingReceiver } from './parts.test-kit.js';

const CANARY = 'canary-91cc';
const TRACE_ID = 'c'.repeat(32);
const event: CrmEvent = {
  source: '/crm',
  sourceId: new Sensitive(CANARY),
  purpose: 'case-triage',
  object: 'Case',
  recordId: new Sensitive(CANARY),
  fieldsJson: new Sensitive(Buffer.from(JSON.stringify({ Subject: CANARY }))),
  occurredAt: null,
  traceparent: `00-${TRACE_ID}-${'d'.repeat(16)}-01`,
};
const producer = { id: 'atlas-crm', tenant: 'atlas', purposes: ['case-triage'], expiresAt: Infinity };

const exporter = new InMemorySpanExporter();
const tracing = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(tracing);
});
afterAll(() => tracing.shutdown());

describe('the trace of a record begins here', () => {
  it('server and producer span continue the trace of the producer, with attributes of the allow-list only', async () => {
    const { receiver } = keepingReceiver();
    const id = await inServerSpan('/v1/records', event.traceparent, () =>
      receiver.receive(event, producer, 'http'),
    );
    const [sent, served] = exporter.getFinishedSpans();
    expect(served).toMatchObject({ name: 'POST /v1/records', kind: SpanKind.SERVER });
    expect(served?.parentSpanContext?.traceId).toBe(TRACE_ID);
    expect(served?.attributes).toEqual({
      [ATTRIBUTES.httpMethod]: 'POST',
      [ATTRIBUTES.httpRoute]: '/v1/records',
      [ATTRIBUTES.httpStatus]: 202,
      [ATTRIBUTES.event]: id,
      [ATTRIBUTES.tenant]: 'atlas',
      [ATTRIBUTES.purpose]: 'case-triage',
    });
    expect(sent).toMatchObject({ name: 'send eu.crm.record.v1', kind: SpanKind.PRODUCER });
    expect(sent?.parentSpanContext?.spanId).toBe(served?.spanContext().spanId);
    expect(sent?.spanContext().traceId).toBe(TRACE_ID);
    expect(JSON.stringify([sent?.attributes, served?.attributes])).not.toContain(CANARY);
  });

  it('a refusal is on the span by its code and status', async () => {
    exporter.reset();
    const { receiver } = keepingReceiver();
    const refused = inServerSpan('/v1/records', null, () =>
      receiver.receive(event, { ...producer, tenant: 'pending' }, 'http'),
    );
    await expect(refused).rejects.toMatchObject({ code: 'profile-not-acknowledged' });
    expect(exporter.getFinishedSpans()[0]?.attributes).toMatchObject({
      [ATTRIBUTES.httpStatus]: 403,
      [ATTRIBUTES.errorType]: 'profile-not-acknowledged',
    });
  });
});
