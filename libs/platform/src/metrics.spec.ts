import { TraceFlags, context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { expect, it } from 'vitest';
import { counter, histogram, metrics } from './metrics.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const within = (traceFlags: number, work: () => void): void => {
  const spanContext = { traceId: TRACE, spanId: 'b7ad6b7169203331', traceFlags };
  context.with(trace.setSpanContext(context.active(), spanContext), work);
};

it('a duration leads to the trace in which it was measured, where that is kept', async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const seconds = histogram('bailiwick_spec_seconds', 'of this spec', ['outcome'], [1, 5]);
  within(TraceFlags.NONE, () => seconds.observe({ outcome: 'not kept' }, 0.5));
  within(TraceFlags.SAMPLED, () => {
    seconds.observe({ outcome: 'kept' }, 2);
    seconds.startTimer()({ outcome: 'timed' });
  });
  counter('bailiwick_spec_total', 'of this spec', []).inc();
  const lines = (await metrics.metrics()).split('\n');
  const bucket = (outcome: string, le: string): string | undefined =>
    lines.find((line) => line.startsWith(`bailiwick_spec_seconds_bucket{le="${le}",outcome="${outcome}"}`));
  expect(bucket('kept', '5')).toMatch(new RegExp(`} 1 # {trace_id="${TRACE}"} 2 \\d+`));
  expect(bucket('timed', '1')).toContain(`# {trace_id="${TRACE}"}`);
  expect(bucket('not kept', '1')).toMatch(/} 1$/);
  expect(lines).toContain('bailiwick_spec_total 1');
  expect(lines.at(-2)).toBe('# EOF');
});
