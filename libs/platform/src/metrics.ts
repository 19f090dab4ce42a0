import { TraceFlags, trace } from '@opentelemetry/api';
import {
  Counter,
  Gauge,
  Histogram,
  Registry,
  collectDefaultMetrics,
  type OpenMetricsContentType,
} from 'prom-client';

/** The process's metrics, served at `/metrics` as OpenMetrics: the one text format that carries exemplars. */
export const metrics = new Registry<OpenMetricsContentType>();
metrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
collectDefaultMetrics({ register: metrics });

/** Latency buckets in seconds, from one millisecond to a minute. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Declares a counter; labels must be bounded (no tenant, no event). */
export const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> =>
  new Counter({ name, help, labelNames: [...labelNames], registers: [metrics] });

/** Declares a gauge. */
export const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> =>
  new Gauge({ name, help, labelNames: [...labelNames], registers: [metrics] });

/** Declares a histogram of seconds. What is observed inside a span that is kept leaves its trace id as exemplar. */
export function histogram<L extends string>(
  name: string,
  help: string,
  labelNames: readonly L[],
  buckets = SECONDS,
): Histogram<L> {
  const made = new Histogram<L>({
    name,
    help,
    labelNames: [...labelNames],
    registers: [metrics],
    buckets,
    enableExemplars: true,
  });
  // With exemplars the client takes one object, also from its own timers; callers go on to say labels and value.
  const observe = made.observe.bind(made) as (observed: object) => void;
  made.observe = (first: object | number, value?: number): void => {
    const timed = typeof first === 'object' && 'value' in first && 'labels' in first;
    observe({
      ...(timed ? first : typeof first === 'number' ? { value: first } : { labels: first, value }),
      ...exemplar(),
    });
  };
  return made;
}

function exemplar(): { readonly exemplarLabels?: { readonly trace_id: string } } {
  const span = trace.getActiveSpan()?.spanContext();
  return span && (span.traceFlags & TraceFlags.SAMPLED) !== 0
    ? { exemplarLabels: { trace_id: span.traceId } }
    : {};
}
