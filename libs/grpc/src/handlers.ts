import type { EventEmitter } from 'node:events';
import type {
  Metadata,
  ServerDuplexStream,
  ServerUnaryCall,
  handleBidiStreamingCall,
  handleUnaryCall,
} from '@grpc/grpc-js';
import { ATTRIBUTES, BailiwickError, type Logger, inSpan, remoteParent } from '@bailiwick/platform';
import { SpanKind } from '@opentelemetry/api';
import { peerIdentity } from './peer-identity.js';
import { toStatus } from './status.js';

/** What a handler may know of its call. */
export interface CallContext {
  readonly metadata: Metadata;
  /** SPIFFE id of the caller's certificate, or null where none was asked for. */
  readonly peer: string | null;
  /** Aborted when the caller cancels, goes away or its deadline has passed. */
  readonly cancelled: AbortSignal;
}

/** Answers one request; what it throws becomes the status of the call by the error table. */
export type UnaryHandler<Req, Res> = (request: Req, context: CallContext) => Promise<Res>;

/** Both sides of a bidirectional stream, with flow control to the other end on both. */
export interface DuplexStream<Req, Res> {
  /** What the caller sends, read as it is asked for; ends when the caller ends, cancels or goes away. */
  readonly requests: AsyncIterable<Req>;
  /** Answers; resolves when the caller's flow control has let the answer go, or the caller is gone. */
  readonly answer: (response: Res) => Promise<void>;
}

/** Serves one bidirectional stream; the call ends with it, by its error when it throws. */
export type DuplexHandler<Req, Res> = (stream: DuplexStream<Req, Res>, context: CallContext) => Promise<void>;

async function* requestsOf<Req, Res>(
  call: ServerDuplexStream<Req, Res>,
  gone: AbortSignal,
): AsyncGenerator<Req> {
  try {
    // A handler that leaves the loop early still has a status to send, so the stream must outlive the loop.
    yield* call.iterator({ destroyOnReturn: false }) as AsyncIterable<Req>;
  } catch (cause) {
    if (!gone.aborted)
      throw new BailiwickError('event-invalid', 'a message of the stream is malformed', { cause });
  }
}

const answerTo =
  <Req, Res>(call: ServerDuplexStream<Req, Res>, gone: AbortSignal) =>
  (response: Res): Promise<void> =>
    new Promise((resolve) => {
      if (gone.aborted) return resolve();
      const done = (): void => {
        gone.removeEventListener('abort', done);
        resolve();
      };
      gone.addEventListener('abort', done, { once: true });
      call.write(response, done);
    });

type AnyCall = EventEmitter &
  Pick<ServerUnaryCall<unknown, unknown>, 'metadata' | 'getPath' | 'getAuthContext' | 'cancelled'>;

/**
 * Makes gRPC methods of plain async functions: each call runs in a server span that continues the caller's trace,
 * and failures are mapped and, where they are our fault, logged.
 */
export function handlers(logger: Logger): {
  readonly unary: <Req, Res>(handler: UnaryHandler<Req, Res>) => handleUnaryCall<Req, Res>;
  readonly duplex: <Req, Res>(handler: DuplexHandler<Req, Res>) => handleBidiStreamingCall<Req, Res>;
} {
  const serve = <T>(call: AnyCall, work: (context: CallContext) => Promise<T>): Promise<T> => {
    const method = call.getPath().slice(1);
    const abort = new AbortController();
    call.once('cancelled', () => abort.abort());
    if (call.cancelled) abort.abort();
    const context = { metadata: call.metadata, peer: peerIdentity(call), cancelled: abort.signal };
    return inSpan(
      method,
      {
        kind: SpanKind.SERVER,
        attributes: { [ATTRIBUTES.rpcSystem]: 'grpc', [ATTRIBUTES.rpcMethod]: method },
        parent: remoteParent(call.metadata.get('traceparent')[0]?.toString()),
      },
      async (span) => {
        try {
          const result = await work(context);
          span.setAttribute(ATTRIBUTES.rpcStatus, 0);
          return result;
        } catch (thrown) {
          const error = BailiwickError.from(thrown);
          span.setAttribute(ATTRIBUTES.rpcStatus, error.policy.grpc);
          if (error.policy.http >= 500 && !abort.signal.aborted) logger.error('call failed', { error });
          throw error;
        }
      },
    );
  };

  return {
    unary: (handler) => (call, reply) => {
      serve(call, (context) => handler(call.request, context)).then(
        (response) => reply(null, response),
        (thrown: unknown) => reply(toStatus(thrown)),
      );
    },
    duplex: (handler) => (call) => {
      serve(call, (context) =>
        handler(
          { requests: requestsOf(call, context.cancelled), answer: answerTo(call, context.cancelled) },
          context,
        ),
      ).then(
        () => call.end(),
        // grpc-js ends a stream with the status that its `error` event carries.
        (thrown: unknown) => call.emit('error', toStatus(thrown)),
      );
    },
  };
}
