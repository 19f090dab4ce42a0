import { trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, expect, test } from 'vitest';
import { commitSpan } from './commit-span.js';

const exporter = new InMemorySpanExporter();
const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
trace.setGlobalTracerProvider(provider);
afterAll(() => provider.shutdown());

const traceId = (n: number): string => n.toString(16).padStart(32, '0');
const record = (traceparent: string | null) => ({ messages: { traceparent } });
const kept = (n: number) => record(`00-${traceId(n)}-00000000000000ab-01`);

test('a transaction of several records links to the traces that are kept, and is of a trace of its own', () => {
  const unkept = record(`00-${traceId(3)}-00000000000000ab-00`);
  commitSpan('classify', 1, [kept(1), kept(2), unkept, record(null), { messages: null }])?.end();
  const [span] = exporter.getFinishedSpans();
  expect(span?.name).toBe('commit classify');
  expect(span?.parentSpanContext).toBeUndefined();
  expect(span?.links.map(({ context }) => context.traceId)).toEqual([traceId(1), traceId(2)]);
  expect(span?.attributes).toMatchObject({ 'messaging.batch.message_count': 5, 'bailiwick.lane': 1 });
});

test('a record alone needs none, and a flood makes no span larger than SDKs take', () => {
  expect(commitSpan('classify', 0, [kept(1)])).toBeNull();
  exporter.reset();
  commitSpan(
    'classify',
    0,
    Array.from({ length: 1000 }, (_, n) => kept(n + 1)),
  )?.end();
  expect(exporter.getFinishedSpans()[0]?.links).toHaveLength(128);
});
