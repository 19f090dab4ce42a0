import type { SendRequest, SendResponse } from '@bailiwick/contracts';
import type { CallContext, DuplexHandler, DuplexStream } from '@bailiwick/grpc';
import { ATTRIBUTES, BailiwickError, inSpan } from '@bailiwick/platform';
import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { admitTenant, type ControlView } from '../admit/admit.js';
import type { AccessTokens } from '../authorise/access-tokens.js';
import type { Producer } from '../authorise/producer.js';
import { InFlight } from '../receive/in-flight.js';
import { counted } from '../receive/ingest-metrics.js';
import { refusalError, type RecordReceiver } from '../receive/record-receiver.js';
import { AnsweredPrefix, RESUME, readResumeToken } from './resume-token.js';
import { readSendRequest } from './send-request.js';

/** Records of one stream that are read and not yet answered: in bytes, and in number. */
const IN_FLIGHT_BYTES = 8 * 1024 * 1024;
const IN_FLIGHT_RECORDS = 256;
const METHOD = 'bailiwick.ingest.v1.IngestService/Send';

/** What the stream works with. */
export interface SendStreamParts {
  readonly tokens: Pick<AccessTokens, 'verify'>;
  readonly control: ControlView;
  readonly region: string;
  readonly receiver: Pick<RecordReceiver, 'receive'>;
  /** Aborted when the server begins to stop. */
  readonly draining: AbortSignal;
}

/**
 * Serves `IngestService.Send`. Records are taken concurrently and answered as each is done; reading stops while too
 * many are out, and a record is out until the producer has taken its answer. A bad token, or one that expires, ends
 * the call; a bad record is refused and the stream goes on.
 */
export function sendStream(parts: SendStreamParts): DuplexHandler<SendRequest, SendResponse> {
  const { tokens, control, region, draining } = parts;
  return async (stream, { metadata, cancelled }: CallContext) => {
    const producer = await tokens.verify(metadata.get('authorization')[0]?.toString());
    const admission = admitTenant(producer, control, region);
    if (admission.outcome === 'refused') throw refusalError(admission, 'grpc');
    const answered = await resume(producer, metadata.get(RESUME)[0]?.toString(), stream);
    const inFlight = new InFlight(IN_FLIGHT_BYTES, IN_FLIGHT_RECORDS);
    const open = new Set<Promise<void>>();
    let expired = false;
    for await (const request of untilAborted(stream.requests, draining)) {
      expired = producer.expiresAt < Date.now();
      if (expired) break;
      const bytes = request.fieldsJson.length;
      await inFlight.enter(bytes, producer.tenant);
      if (cancelled.aborted) break;
      const work = takeOne(parts.receiver, producer, request, answered, stream).finally(() => {
        inFlight.leave(bytes);
        open.delete(work);
      });
      open.add(work);
    }
    await Promise.all(open);
    if (expired)
      throw new BailiwickError('token-invalid', 'the access token has expired; call again with a new one');
    if (draining.aborted)
      throw new BailiwickError('shutting-down', 'the server goes down; send again what was not answered');
  };
}

type Answers = Pick<DuplexStream<SendRequest, SendResponse>, 'answer'>;

/** Tells a producer that comes back where to go on. */
async function resume(
  producer: Producer,
  token: string | undefined,
  stream: Answers,
): Promise<AnsweredPrefix> {
  if (token === undefined) return new AnsweredPrefix(producer);
  const sequence = readResumeToken(producer, token);
  await stream.answer({ sequence, result: undefined, resumeToken: token });
  return new AnsweredPrefix(producer, sequence);
}

async function takeOne(
  receiver: SendStreamParts['receiver'],
  producer: Producer,
  request: SendRequest,
  answered: AnsweredPrefix,
  stream: Answers,
): Promise<void> {
  const { sequence } = request;
  const done = answered.sent(sequence);
  const answer = (result: SendResponse['result']): Promise<void> => {
    done();
    return stream.answer({ sequence, result, resumeToken: answered.token });
  };
  const attributes = { [ATTRIBUTES.rpcSystem]: 'grpc', [ATTRIBUTES.rpcMethod]: METHOD };
  try {
    const eventId = await counted('grpc', async () => {
      const event = readSendRequest(request);
      // The stream may live for hours; each record in it has a trace of its own.
      return inSpan(METHOD, { kind: SpanKind.SERVER, attributes, parent: ROOT_CONTEXT }, () =>
        receiver.receive(event, producer, 'grpc'),
      );
    });
    await answer({ $case: 'accepted', value: { eventId } });
  } catch (thrown) {
    const { code, detail, policy, extensions } = BailiwickError.from(thrown);
    const value = { code, detail, status: policy.grpc, endpoint: extensions['endpoint'] ?? '' };
    await answer({ $case: 'refused', value });
  }
}

/** What a source gives until the signal: a source that is waited for in vain does not keep a server from stopping. */
async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let wake = (): void => undefined;
  const onAbort = (): void => wake();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    while (!signal.aborted) {
      const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
        wake = () => resolve({ done: true, value: undefined });
        iterator.next().then(resolve, reject);
      });
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
