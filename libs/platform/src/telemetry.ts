import {
  ROOT_CONTEXT,
  SpanStatusCode,
  TraceFlags,
  context,
  trace,
  type Context,
  type Span,
  type SpanKind,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  createAlwaysRecordSampler,
} from '@opentelemetry/sdk-trace';
import type { SpanAttributes } from './attributes.js';
import { BailiwickError } from './bailiwick-error.js';
import type { BaseConfig } from './config.js';
import { keptSpans } from './kept-spans.js';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const tracer = trace.getTracer('bailiwick');

/** Handle of a started telemetry pipeline. */
export interface Telemetry {
  /** Sends what is buffered and stops. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts tracing for the process. No library is patched: spans are made where the mesh does something, so that
 * nothing puts a message key or a URL with personal data on a span behind our back. The ratio is decided at the root of
 * a trace and followed by all services; what is held, dead-lettered or reported is exported beside it.
 */
export function startTelemetry(config: BaseConfig): Telemetry {
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  const exporter = endpoint
    ? new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` })
    : null;
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': config.BAILIWICK_WORKLOAD.split('.')[0] ?? config.BAILIWICK_WORKLOAD,
      'service.namespace': 'bailiwick',
      'service.instance.id': `${config.BAILIWICK_REGION}/${config.BAILIWICK_WORKLOAD}`,
      'cloud.region': config.BAILIWICK_REGION,
    }),
    sampler: createAlwaysRecordSampler(
      new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(config.BAILIWICK_TRACE_RATIO) }),
    ),
    spanProcessors: exporter
      ? [
          keptSpans(
            new BatchSpanProcessor({
              exporter,
              scheduledDelayMillis: 1000,
              maxQueueSize: 8192,
              maxExportBatchSize: 1024,
            }),
          ),
        ]
      : [],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return { stop: () => provider.shutdown().catch(() => undefined) };
}

/** What a new span is. */
export interface SpanOptions {
  readonly kind: SpanKind;
  readonly attributes: SpanAttributes;
  /** Parent; the active context when absent. */
  readonly parent?: Context;
  /** W3C `traceparent` of spans of other traces that it belongs with; those of traces that are not kept are left out. */
  readonly links?: readonly string[];
}

/** Starts a span; the caller ends it. */
export function startSpan(name: string, { kind, attributes, parent, links = [] }: SpanOptions): Span {
  const linked = links.flatMap((traceparent) => {
    const other = trace.getSpanContext(remoteParent(traceparent));
    return other && other.traceFlags === TraceFlags.SAMPLED ? [{ context: other }] : [];
  });
  return tracer.startSpan(
    name,
    { kind, attributes: { ...attributes }, links: linked },
    parent ?? context.active(),
  );
}

/** Runs `work` inside a new span, and ends the span with the outcome. */
export async function inSpan<T>(
  name: string,
  options: SpanOptions,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const span = startSpan(name, options);
  try {
    return await context.with(trace.setSpan(options.parent ?? context.active(), span), () => work(span));
  } catch (thrown) {
    failSpan(span, thrown);
    throw thrown;
  } finally {
    span.end();
  }
}

/** Marks a span as failed with an error code; the message of the error stays off it. */
export function failSpan(span: Span, thrown: unknown): void {
  const { code } = BailiwickError.from(thrown);
  span.setAttribute('error.type', code);
  span.setStatus({ code: SpanStatusCode.ERROR, message: code });
}

/** Context of a remote parent from a W3C `traceparent`; the root context when there is none or it is malformed. */
export function remoteParent(traceparent: string | null | undefined): Context {
  const match = TRACEPARENT.exec(traceparent ?? '');
  if (!match?.[1] || !match[2] || !match[3]) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: match[1],
    spanId: match[2],
    traceFlags: Number.parseInt(match[3], 16) & TraceFlags.SAMPLED,
    isRemote: true,
  });
}

/** W3C `traceparent` of a span, or null for one that is not valid. https://www.w3.org/TR/trace-context/ */
export function traceparentOf(span: Span | undefined): string | null {
  const spanContext = span?.spanContext();
  if (!spanContext || /^0*$/.test(spanContext.traceId)) return null;
  return `00-${spanContext.traceId}-${spanContext.spanId}-${spanContext.traceFlags.toString(16).padStart(2, '0')}`;
}

/** `traceparent` of the active span, or null. */
export const activeTraceparent = (): string | null => traceparentOf(trace.getActiveSpan());
