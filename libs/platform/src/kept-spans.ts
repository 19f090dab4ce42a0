import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { ATTRIBUTES } from './attributes.js';

/** What an SRE looks for afterwards, so it is exported whatever the ratio says. */
export const KEPT_OUTCOMES: readonly string[] = ['hold', 'dead-letter', 'violation'];

/** Passes on the spans of sampled traces, and of the others those that hold, dead-letter or report a record. */
export function keptSpans(next: SpanProcessor): SpanProcessor {
  return {
    onStart: (span, parent) => next.onStart(span, parent),
    onEnd: (span) => {
      const sampled = (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
      if (sampled) next.onEnd(span);
      else if (KEPT_OUTCOMES.includes(String(span.attributes[ATTRIBUTES.outcome])))
        next.onEnd(asSampled(span));
    },
    forceFlush: () => next.forceFlush(),
    shutdown: () => next.shutdown(),
  };
}

/** The same span with the flag without which no exporter sends it. */
function asSampled(span: ReadableSpan): ReadableSpan {
  const spanContext = {
    ...span.spanContext(),
    traceFlags: span.spanContext().traceFlags | TraceFlags.SAMPLED,
  };
  return Object.create(span, { spanContext: { value: () => spanContext } }) as ReadableSpan;
}
