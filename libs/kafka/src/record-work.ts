import { context, SpanKind, trace, type Span } from '@opentelemetry/api';
import type { EventType } from '@bailiwick/contracts';
import {
  BailiwickError,
  failSpan,
  remoteParent,
  startSpan,
  traceparentOf,
  type RunnerAction,
} from '@bailiwick/platform';
import type { KafkaMessage } from 'kafkajs';
import { decode, type Decoded } from './decode.js';
import type { Origin, OutcomeMessages, OutcomeWriter } from './outcome-messages.js';
import { deadLetter, hold, settle, violation, type Coordinates, type Outcome, type Stage } from './stage.js';

/** Where a stage's work on a record ended. */
export type WorkResult =
  | { readonly kind: 'finished'; readonly messages: OutcomeMessages }
  | { readonly kind: 'later'; readonly error: BailiwickError }
  | { readonly kind: 'stop'; readonly error: BailiwickError; readonly messages: OutcomeMessages };

/** Calls of the stage for one record that fails with an internal error, before it is dead-lettered. */
const INTERNAL_ATTEMPTS = 3;
const TRACE_ID = /^00-([0-9a-f]{32})-/;

/** What the work on the records of a stage needs. */
export interface WorkOptions<In> {
  readonly group: string;
  readonly type: EventType<In>;
  readonly stage: Stage<In>;
  /** What is kept of a record that is held or broken. */
  readonly kept: ((record: In) => In) | undefined;
  readonly writer: OutcomeWriter;
  /** Records, as `topic/partition/offset`, whose outcomes the broker found too large. */
  readonly tooLarge: ReadonlySet<string>;
}

/**
 * Makes the work on one record: decode, one span, the stage, and its outcomes as messages, with the error table
 * applied. It never rejects. `attempt` counts from 1.
 */
export function recordWork<In>(options: WorkOptions<In>) {
  const { group, type, stage, kept, writer, tooLarge } = options;
  return async (
    message: KafkaMessage,
    coordinates: Coordinates,
    attempt: number,
    signal: AbortSignal,
  ): Promise<WorkResult> => {
    const decoded = decode(message, type);
    const parent = remoteParent(decoded.event?.traceparent);
    const span = startSpan(`process ${coordinates.topic}`, {
      kind: SpanKind.CONSUMER,
      parent,
      attributes: {
        'messaging.system': 'kafka',
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.destination.name': coordinates.topic,
        'messaging.destination.partition.id': String(coordinates.partition),
        'messaging.kafka.offset': Number(coordinates.offset),
        'messaging.consumer.group.name': group,
        'bailiwick.event': decoded.attributes.eventId,
        'bailiwick.tenant': decoded.attributes.tenant,
        'bailiwick.purpose': decoded.attributes.purpose,
      },
    });
    const origin = originOf(
      message,
      coordinates,
      decoded,
      span,
      kept && ((record) => type.encode(kept(record))),
    );
    try {
      const refused =
        tooLarge.size > 0 &&
        tooLarge.has(`${coordinates.topic}/${coordinates.partition}/${coordinates.offset}`);
      const broken = decoded.poison !== null ? deadLetter('record-undecodable', decoded.poison) : null;
      const { outcomes, failure } =
        decoded.poison !== null || refused
          ? {
              outcomes: [
                broken ?? deadLetter('record-too-large', 'its outcome is larger than the broker takes'),
              ],
              failure: null,
            }
          : await context.with(trace.setSpan(parent, span), () =>
              attemptStage(
                stage,
                decoded,
                { coordinates, event: decoded.event, traceId: origin.traceId, signal },
                attempt,
              ),
            );
      if (failure) failSpan(span, failure);
      if (failure && outcomes === null) return { kind: 'later', error: failure };
      const messages = await writer.write(outcomes ?? [], origin);
      span.setAttribute('bailiwick.outcome', messages.outcome);
      return failure?.policy.runner === 'stop'
        ? { kind: 'stop', error: failure, messages }
        : { kind: 'finished', messages };
    } catch (thrown) {
      // Sealing or encoding failed: nothing was written, so the record waits.
      failSpan(span, thrown);
      return { kind: 'later', error: BailiwickError.from(thrown) };
    } finally {
      span.end();
    }
  };
}

async function attemptStage<In>(
  stage: Stage<In>,
  decoded: Extract<Decoded<In>, { poison: null }>,
  stageContext: Parameters<Stage<In>>[1],
  attempt: number,
): Promise<{ outcomes: readonly Outcome[] | null; failure: BailiwickError | null }> {
  try {
    const outcomes = await stage(decoded.record, stageContext);
    // A record that nothing is said about would vanish unrecorded.
    if (outcomes.length === 0) throw new BailiwickError('internal', 'the stage gave no outcome');
    return { outcomes, failure: null };
  } catch (thrown) {
    const failure = BailiwickError.from(thrown);
    return { outcomes: outcomesOf(failure, attempt), failure };
  }
}

/** The error table for records; null means that the record waits and is tried again. */
function outcomesOf({ code, detail, policy }: BailiwickError, attempt: number): readonly Outcome[] | null {
  const action: RunnerAction = policy.runner;
  switch (action) {
    case 'dead-letter':
      return [deadLetter(code, detail)];
    case 'hold':
      return [hold(code, detail)];
    case 'refuse':
      return [hold(code, detail), violation(code, detail)];
    case 'acknowledge':
      return [settle({ kind: 'duplicate', reason: code })];
    case 'back-off':
      return null;
    case 'stop':
      return [violation(code, detail)];
    case 'retry-then-dead-letter':
      return attempt < INTERNAL_ATTEMPTS ? null : [deadLetter(code, detail), violation(code, detail)];
  }
}

function originOf<In>(
  message: KafkaMessage,
  coordinates: Coordinates,
  decoded: Decoded<In>,
  span: Span,
  keep: ((record: In) => Uint8Array) | undefined,
): Origin {
  const traceparent = traceparentOf(span) ?? decoded.event?.traceparent ?? null;
  return {
    attributes: decoded.attributes,
    classification: decoded.event?.classification ?? 'MissionCritical',
    traceparent,
    traceId: TRACE_ID.exec(traceparent ?? '')?.[1] ?? '',
    consumed: {
      coordinates,
      key: message.key,
      // Made only for what is kept.
      get value() {
        return keep && decoded.poison === null
          ? Buffer.from(keep(decoded.record))
          : (message.value ?? Buffer.alloc(0));
      },
    },
  };
}
