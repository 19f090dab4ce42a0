import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import {
  type ChannelCredentials,
  type Client,
  type ClientOptions,
  type Interceptor,
  InterceptingCall,
  type ServiceError,
  type VerifyOptions,
  credentials,
} from '@grpc/grpc-js';
import { ATTRIBUTES, failSpan, startSpan, traceparentOf, type BailiwickError } from '@bailiwick/platform';
import { SpanKind } from '@opentelemetry/api';
import { fromStatus } from './status.js';
import type { ClientTls } from './tls-identity.js';

/** A generated client class. */
export type ClientClass<C extends Client> = new (
  address: string,
  channel: ChannelCredentials,
  options?: Partial<ClientOptions>,
) => C;

/** Limits of a client. */
export interface ClientLimits {
  /** Deadline of a unary call that names none, in milliseconds; 5 s when absent. A stream has none. */
  readonly deadlineMs?: number;
  /** Largest message in bytes, either way; 4 MiB when absent. */
  readonly maxMessageBytes?: number;
}

/** Gives every call a client span whose context travels as `traceparent`, and every unary call a deadline. */
const callInterceptor =
  (deadlineMs: number): Interceptor =>
  (options, nextCall) => {
    const { path, requestStream, responseStream } = options.method_definition;
    const method = path.slice(1);
    const streams = requestStream || responseStream;
    const deadline = options.deadline ?? (streams ? Number.POSITIVE_INFINITY : Date.now() + deadlineMs);
    const span = startSpan(method, {
      kind: SpanKind.CLIENT,
      attributes: { [ATTRIBUTES.rpcSystem]: 'grpc', [ATTRIBUTES.rpcMethod]: method },
    });
    return new InterceptingCall(nextCall({ ...options, deadline }), {
      start: (metadata, _listener, next) => {
        const traced = metadata.clone();
        const traceparent = traceparentOf(span);
        if (traceparent !== null) traced.set('traceparent', traceparent);
        next(traced, {
          onReceiveStatus: (status, forward) => {
            span.setAttribute(ATTRIBUTES.rpcStatus, status.code);
            if (status.code !== 0) failSpan(span, fromStatus(status));
            span.end();
            forward(status);
          },
        });
      },
    });
  };

/**
 * Channel options for a server that is called by IP address. TLS has no server name for one (RFC 6066 3) and Node
 * refuses it, so a name that means nothing is sent and the certificate is checked against the address itself.
 */
function byAddress(address: string): { verify?: VerifyOptions; options?: Partial<ClientOptions> } {
  const host = address.slice(0, address.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) === 0) return {};
  return {
    verify: { checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate) },
    options: { 'grpc.ssl_target_name_override': 'address.invalid' },
  };
}

/** Makes a client of the mesh: TLS both ways, deadlines, keepalive, tracing. Close it when it is not needed. */
export function createClient<C extends Client>(
  service: ClientClass<C>,
  address: string,
  tls: ClientTls,
  { deadlineMs = 5000, maxMessageBytes = 4 * 1024 * 1024 }: ClientLimits = {},
): C {
  const own =
    'cert' in tls ? { key: Buffer.from(tls.key), cert: Buffer.from(tls.cert) } : { key: null, cert: null };
  const { verify, options } = byAddress(address);
  return new service(address, credentials.createSsl(Buffer.from(tls.ca), own.key, own.cert, verify), {
    ...options,
    interceptors: [callInterceptor(deadlineMs)],
    'grpc.keepalive_time_ms': 30_000,
    'grpc.keepalive_timeout_ms': 10_000,
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': maxMessageBytes,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 2000,
  });
}

/**
 * The answer of one unary call: `await answerOf((done) => client.getRecord(request, done))`. Rejects with the
 * `BailiwickError` that the other side had, or a transient one when there was no answer.
 */
export const answerOf = <Res>(
  call: (done: (failure: ServiceError | null, response: Res) => void) => unknown,
): Promise<Res> =>
  new Promise((resolve, reject: (reason: BailiwickError) => void) => {
    call((failure, response) => {
      if (failure) reject(fromStatus(failure));
      else resolve(response);
    });
  });
