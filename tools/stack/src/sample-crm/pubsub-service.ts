import { randomUUID } from 'node:crypto';
import { failureStatus, pubsub } from '@bailiwick/crm';
import type { EventBus, Place } from './pubsub-bus.js';
import { CASE_CHANGES, type SampleOrg } from './pubsub-org.js';
import { EventStream, type StreamPort } from './pubsub-stream.js';

/** What a test makes go wrong. */
export interface PubSubFaults {
  /** Every stream breaks after so many events, or never. */
  eventsPerStream: number | null;
  /** The next subscription is answered with this error code. */
  failNext: string | null;
}

/** What the sample CRM's Pub/Sub API works with. */
export interface PubSubServiceOptions {
  readonly bus: EventBus;
  readonly org: (id: string) => SampleOrg | null;
  /** The org of whose user an access token is, while it is live. */
  readonly orgOf: (accessToken: string) => string | null;
  /** After how many milliseconds without an answer a stream says that it lives; the vendor's is 270 seconds. */
  readonly keepaliveMs: number;
  /** Events that an org is sent a day. */
  readonly dailyEvents: number;
  readonly faults: PubSubFaults;
}

/** Events in one answer at most. */
const MOST_IN_ANSWER = 50;

const [INVALID_ARGUMENT, NOT_FOUND, RESOURCE_EXHAUSTED, UNAVAILABLE, UNAUTHENTICATED] = [
  3, 5, 8, 14, 16,
] as const;
const STATUS: Readonly<Record<string, number>> = {
  'service.unavailable': UNAVAILABLE,
  'service.auth.error': UNAUTHENTICATED,
  'service.auth.headers.invalid': UNAUTHENTICATED,
  'subscription.limit.exceeded': RESOURCE_EXHAUSTED,
  'topic.not.found': NOT_FOUND,
  'schema.not.found': NOT_FOUND,
};

/** A failure as the vendor answers it: a status, and the code in the trailers. */
const failure = (code: string): ReturnType<typeof failureStatus> & Error =>
  Object.assign(
    new Error(code),
    failureStatus(code, STATUS[code] ?? INVALID_ARGUMENT, `${code} rpcId: ${randomUUID()}`),
  );

type Metadata = Parameters<pubsub.PubSubServer['getTopic']>[0]['metadata'];
type SubscribeCall = Parameters<pubsub.PubSubServer['subscribe']>[0];
type ManagedCall = Parameters<pubsub.PubSubServer['managedSubscribe']>[0];

/**
 * The server side of the Pub/Sub API, as a development tool: subscriptions with replay and flow control, managed ones, schemas, topics and
 * publishing, with the vendor's error codes.
 */
export class PubSubService {
  readonly #options: PubSubServiceOptions;
  readonly #delivered = new Map<string, number>();

  constructor(options: PubSubServiceOptions) {
    this.#options = options;
  }

  /** What is left of an org's events of the day. */
  remaining(org: string): number {
    return Math.max(0, this.#options.dailyEvents - (this.#delivered.get(org) ?? 0));
  }

  /** The methods, for a gRPC server. */
  handlers(): pubsub.PubSubServer {
    return {
      subscribe: (call) => this.#subscribe(call),
      managedSubscribe: (call) => this.#managed(call),
      getTopic: ({ metadata, request }, reply) =>
        this.#unary(metadata, reply, (org) => {
          if (request.topicName !== CASE_CHANGES) throw failure('topic.not.found');
          const topic = { topicName: CASE_CHANGES, tenantGuid: org.id, schemaId: org.schemaId };
          return { ...topic, canPublish: false, canSubscribe: true, rpcId: randomUUID() };
        }),
      getSchema: ({ metadata, request: { schemaId } }, reply) =>
        this.#unary(metadata, reply, (org) => {
          const schemaJson = org.schema(schemaId);
          if (schemaJson === null) throw failure('schema.not.found');
          return { schemaJson, schemaId, rpcId: randomUUID() };
        }),
      publish: ({ metadata, request }, reply) =>
        this.#unary(metadata, reply, (org) => this.#publish(org, request)),
      publishStream: (call) => {
        call.on('data', (request: pubsub.PublishRequest) => {
          try {
            call.write(this.#publish(this.#authorised(call.metadata), request));
          } catch (thrown) {
            call.emit('error', thrown);
          }
        });
        call.on('end', () => call.end());
      },
    };
  }

  #unary<T>(
    metadata: Metadata,
    reply: (failed: ReturnType<typeof failure> | null, answer?: T) => void,
    work: (org: SampleOrg) => T,
  ): void {
    try {
      reply(null, work(this.#authorised(metadata)));
    } catch (thrown) {
      reply(
        thrown instanceof Error && 'details' in thrown
          ? (thrown as ReturnType<typeof failure>)
          : failure('service.unavailable'),
      );
    }
  }

  /** Channels of change data capture are the org's to publish to; events of our own topics go to whoever subscribes. */
  #publish(org: SampleOrg, { topicName, events }: pubsub.PublishRequest): pubsub.PublishResponse {
    if (!/^\/event\/[A-Za-z0-9_]+$/.test(topicName)) throw failure('topic.not.found');
    const ids = this.#options.bus.publish(
      org.id,
      topicName,
      events.map((event) => ({ ...event, id: event.id || randomUUID() })),
    );
    const results = ids.map((replayId, index) => ({ replayId, correlationKey: events[index]?.id ?? '' }));
    return {
      results: results.map((result) => ({ ...result, error: undefined })),
      schemaId: events[0]?.schemaId ?? '',
      rpcId: randomUUID(),
    };
  }

  #authorised(metadata: Metadata): SampleOrg {
    const [token, url, tenant] = ['accesstoken', 'instanceurl', 'tenantid'].map((name) =>
      metadata.get(name)[0]?.toString(),
    );
    if (!token || !url || !tenant) throw failure('service.auth.headers.invalid');
    const org = this.#options.orgOf(token) === tenant ? this.#options.org(tenant) : null;
    if (!org) throw failure('service.auth.error');
    return org;
  }

  #subscribe(call: SubscribeCall): void {
    const { faults } = this.#options;
    this.#serve(call, (request: pubsub.FetchRequest, org) => {
      const { topicName, replayPreset, replayId } = request;
      if (faults.failNext !== null) {
        const code = faults.failNext;
        faults.failNext = null;
        throw failure(code);
      }
      if (topicName !== CASE_CHANGES && !topicName.startsWith('/event/')) throw failure('topic.not.found');
      const place = this.#placeOf(org.id, topicName, replayPreset, replayId);
      return {
        topic: topicName,
        place,
        send: (events, latestReplayId, pendingNumRequested) =>
          call.write({
            events: events.map(({ replayId: of, ...event }) => ({
              event: { ...event, headers: [] },
              replayId: of,
            })),
            latestReplayId,
            rpcId: randomUUID(),
            pendingNumRequested,
          }),
      };
    });
  }

  #placeOf(org: string, topic: string, preset: pubsub.ReplayPreset, replayId: Buffer): Place {
    const { bus } = this.#options;
    if (preset === pubsub.ReplayPreset.LATEST) return bus.newest();
    if (preset === pubsub.ReplayPreset.EARLIEST) return 0n;
    if (replayId.length === 0) throw failure('subscription.fetch.replayid.validation.failed');
    const place = bus.placeOf(org, topic, replayId);
    if (place === null) throw failure('subscription.fetch.replayid.corrupted');
    return place;
  }

  #managed(call: ManagedCall): void {
    const { bus } = this.#options;
    let commitAs: { org: string; name: string } | null = null;
    const answer = (request: pubsub.ManagedFetchRequest): void => {
      const wanted = request.commitReplayIdRequest;
      if (!wanted || !commitAs) return;
      const { commitRequestId, replayId } = wanted;
      const place = bus.placeOf(commitAs.org, CASE_CHANGES, replayId);
      if (place !== null) bus.commit(commitAs.org, commitAs.name, place);
      const error = place === null ? { code: pubsub.ErrorCode.COMMIT, msg: 'not a replay id' } : undefined;
      call.write({
        events: [],
        latestReplayId: replayId,
        rpcId: randomUUID(),
        pendingNumRequested: 0,
        commitResponse: { commitRequestId, replayId, error, processTime: BigInt(Date.now()) },
      });
    };
    call.on('data', answer);
    this.#serve(call, (request: pubsub.ManagedFetchRequest, org) => {
      const name = request.developerName || request.subscriptionId;
      commitAs = { org: org.id, name };
      return {
        topic: CASE_CHANGES,
        place: bus.committed(org.id, name),
        send: (events, latestReplayId, pendingNumRequested) =>
          call.write({
            events: events.map(({ replayId, ...event }) => ({ event: { ...event, headers: [] }, replayId })),
            latestReplayId,
            rpcId: randomUUID(),
            pendingNumRequested,
            commitResponse: undefined,
          }),
      };
    });
  }

  /** Serves one stream of either kind: the first request opens it, every one asks for events. */
  #serve<R extends { readonly numRequested: number }>(
    call: SubscribeCall | ManagedCall,
    open: (request: R, org: SampleOrg) => { topic: string; place: Place; send: StreamPort['send'] },
  ): void {
    const { bus, keepaliveMs, faults } = this.#options;
    let stream: EventStream | null = null;
    let over = false;
    let sent = 0;
    const end = (): void => {
      over = true;
      stream?.end();
    };
    const fail = (thrown: unknown): void => {
      if (over) return;
      end();
      call.emit('error', thrown);
    };
    const mayTake = (count: number): boolean => {
      if (over) return false;
      try {
        const { id } = this.#authorised(call.metadata);
        if (count > this.remaining(id)) throw failure('subscription.limit.exceeded');
        if (count > 0 && faults.eventsPerStream !== null && sent >= faults.eventsPerStream)
          throw failure('service.unavailable');
        sent += count;
        this.#delivered.set(id, (this.#delivered.get(id) ?? 0) + count);
        return true;
      } catch (thrown) {
        fail(thrown);
        return false;
      }
    };
    const most = (): number =>
      Math.max(1, Math.min(MOST_IN_ANSWER, (faults.eventsPerStream ?? Number.POSITIVE_INFINITY) - sent));
    call.on('cancelled', end);
    call.on('end', () => {
      end();
      call.end();
    });
    call.on('data', (request: R) => {
      try {
        const org = this.#authorised(call.metadata);
        const { numRequested } = request;
        if (numRequested < 0 || numRequested > 100 || (!stream && numRequested === 0))
          throw failure('subscription.fetch.requested.events.invalid');
        if (!stream) {
          const { topic, place, send } = open(request, org);
          stream = new EventStream(bus, org.id, topic, place, { send, mayTake, most }, keepaliveMs);
        }
        stream.ask(Math.min(numRequested, 100 - stream.pending));
      } catch (thrown) {
        fail(thrown);
      }
    });
  }
}
