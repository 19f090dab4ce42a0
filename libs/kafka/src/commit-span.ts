import { ROOT_CONTEXT, SpanKind, type Span } from '@opentelemetry/api';
import { startSpan } from '@bailiwick/platform';
import type { OutcomeMessages } from './outcome-messages.js';

/** Links of one span at most, as OpenTelemetry's SDKs keep by default. */
const MOST_LINKS = 128;

/**
 * The span of a transaction that several records share. Each record has a trace of its own, so the transaction has one too, and links to
 * theirs: it shows what waited for what. Null for a record alone, whose own span says all of it.
 * https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
 */
export function commitSpan(
  stage: string,
  lane: number,
  records: readonly { readonly messages: Pick<OutcomeMessages, 'traceparent'> | null }[],
): Span | null {
  if (records.length < 2) return null;
  const links = records.flatMap(({ messages }) => messages?.traceparent ?? []).slice(0, MOST_LINKS);
  return startSpan(`commit ${stage}`, {
    kind: SpanKind.CLIENT,
    parent: ROOT_CONTEXT,
    links,
    attributes: {
      'messaging.system': 'kafka',
      'messaging.operation.name': 'commit',
      'messaging.operation.type': 'settle',
      'messaging.batch.message_count': records.length,
      'bailiwick.lane': lane,
    },
  });
}
