import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { Metadata, credentials, type ServiceError } from '@grpc/grpc-js';
import { FlowControl } from './flow-control.js';
import {
  FetchRequest,
  PubSubClient,
  ReplayPreset,
  type FetchResponse,
  type PublishRequest,
  type PublishResponse,
  type SchemaInfo,
  type TopicInfo,
} from './gen/eventbus/v1/pubsub_api.js';
import { PubSubFailure, readFailure } from './pubsub-failure.js';
import type { SalesforceSession } from './session.js';

const CALL_WITHIN_MS = 20_000;
/** The server speaks every 270 seconds at least; one that is silent for longer is gone. */
const SILENT_MS = 300_000;
/** An event has 1 MB at most, and an answer several. */
const MOST_BYTES = 16 * 1024 * 1024;

const metadataOf = ({ accessToken, instanceUrl, orgId }: SalesforceSession): Metadata => {
  const metadata = new Metadata();
  metadata.set('accesstoken', accessToken);
  metadata.set('instanceurl', instanceUrl);
  metadata.set('tenantid', orgId);
  return metadata;
};

/** One channel to an endpoint of the Pub/Sub API, shared by the subscriptions of any number of orgs. */
export class PubSub {
  readonly #client: PubSubClient;

  /** `ca` is the authority to trust instead of the system's, or null. */
  constructor(address: string, ca: string | null) {
    const host = address.slice(0, address.lastIndexOf(':'));
    // TLS has no server name for an IP address, so the certificate is checked against the address itself.
    const verify =
      isIP(host) === 0
        ? {}
        : {
            checkServerIdentity: (_name: string, certificate: Parameters<typeof checkServerIdentity>[1]) =>
              checkServerIdentity(host, certificate),
          };
    const tls = credentials.createSsl(ca === null ? null : Buffer.from(ca), null, null, verify);
    this.#client = new PubSubClient(address, tls, {
      ...(isIP(host) === 0 ? {} : { 'grpc.ssl_target_name_override': 'address.invalid' }),
      'grpc.keepalive_time_ms': 30_000,
      'grpc.keepalive_timeout_ms': 10_000,
      'grpc.max_receive_message_length': MOST_BYTES,
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 5000,
    });
  }

  /** The schema with an id. Throws `PubSubFailure`. */
  schema(session: SalesforceSession, schemaId: string): Promise<SchemaInfo> {
    return this.#answer((done) =>
      this.#client.getSchema({ schemaId }, metadataOf(session), { deadline: deadline() }, done),
    );
  }

  /** What a topic is, and whether this user may subscribe. Throws `PubSubFailure`. */
  topic(session: SalesforceSession, topicName: string): Promise<TopicInfo> {
    return this.#answer((done) =>
      this.#client.getTopic({ topicName }, metadataOf(session), { deadline: deadline() }, done),
    );
  }

  /** Publishes events. Throws `PubSubFailure`; whether each was taken is in the answer. */
  publish(session: SalesforceSession, request: PublishRequest): Promise<PublishResponse> {
    return this.#answer((done) =>
      this.#client.publish(request, metadataOf(session), { deadline: deadline() }, done),
    );
  }

  /**
   * Subscribes after a replay id, or to everything that is still kept, and gives answers as they come. More is asked for when an answer
   * has been taken and the next one is wanted, never beyond what may be outstanding. Ends when aborted; throws `PubSubFailure`.
   */
  async *subscribe(
    session: SalesforceSession,
    topicName: string,
    after: Buffer | null,
    signal: AbortSignal,
  ): AsyncGenerator<FetchResponse> {
    const call = this.#client.subscribe(metadataOf(session));
    const end = (): void => call.cancel();
    signal.addEventListener('abort', end, { once: true });
    const silence = setTimeout(end, SILENT_MS);
    const flow = new FlowControl();
    const from =
      after === null
        ? { replayPreset: ReplayPreset.EARLIEST }
        : { replayPreset: ReplayPreset.CUSTOM, replayId: after };
    try {
      call.write(FetchRequest.fromPartial({ topicName, ...from, numRequested: flow.ask() }));
      for await (const answer of call as AsyncIterable<FetchResponse>) {
        clearTimeout(silence);
        const { length } = answer.events;
        if (!flow.arrived(length)) throw new PubSubFailure('retry', 'more-than-asked');
        yield answer;
        flow.passedOn(length);
        const numRequested = flow.ask();
        if (numRequested > 0) call.write(FetchRequest.fromPartial({ topicName, numRequested }));
        silence.refresh();
      }
    } catch (thrown) {
      if (!signal.aborted) throw failureOf(thrown);
    } finally {
      clearTimeout(silence);
      signal.removeEventListener('abort', end);
      call.on('error', () => undefined);
      call.cancel();
    }
    if (!signal.aborted) throw new PubSubFailure('retry', 'ended');
  }

  close(): void {
    this.#client.close();
  }

  #answer<T>(call: (done: (failure: ServiceError | null, answer: T) => void) => unknown): Promise<T> {
    return new Promise((resolve, reject: (reason: PubSubFailure) => void) => {
      call((failure, answer) => (failure ? reject(readFailure(failure)) : resolve(answer)));
    });
  }
}

const deadline = (): number => Date.now() + CALL_WITHIN_MS;

const failureOf = (thrown: unknown): PubSubFailure => {
  if (thrown instanceof PubSubFailure) return thrown;
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'number'
    ? readFailure(thrown as ServiceError)
    : new PubSubFailure('retry', 'stream-broken');
};
