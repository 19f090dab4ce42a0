import { ROOT_CONTEXT } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  ParentBasedSampler,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
  createAlwaysRecordSampler,
} from '@opentelemetry/sdk-trace';
import { expect, it } from 'vitest';
import { keptSpans } from './kept-spans.js';

it('of traces that are not sampled, exports only what was held, dead-lettered or reported', async () => {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    sampler: createAlwaysRecordSampler(new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0) })),
    spanProcessors: [keptSpans(new SimpleSpanProcessor({ exporter }))],
  });
  for (const outcome of ['emit', 'settle', 'hold', 'dead-letter', 'violation']) {
    const span = provider.getTracer('t').startSpan(outcome, {}, ROOT_CONTEXT);
    expect(span.spanContext().traceFlags).toBe(0);
    span.setAttribute('bailiwick.outcome', outcome).end();
  }
  await provider.forceFlush();
  const spans = exporter.getFinishedSpans();
  expect(spans.map(({ name }) => name)).toEqual(['hold', 'dead-letter', 'violation']);
  expect(spans.map((span) => [span.spanContext().traceFlags, span.ended])).toEqual(
    spans.map(() => [1, true]),
  );
});
