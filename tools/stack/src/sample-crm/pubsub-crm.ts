import { pubsub } from '@bailiwick/crm';
import { GrpcServer, type TlsIdentity } from '@bailiwick/grpc';
import { HealthRegistry } from '@bailiwick/platform';
import { EventBus } from './pubsub-bus.js';
import { SampleOrg } from './pubsub-org.js';
import { answerRest } from './pubsub-rest.js';
import { PubSubService, type PubSubFaults } from './pubsub-service.js';

/** Where and for whom the sample CRM's Pub/Sub API is. */
export interface SamplePubSubOptions {
  /** SQLite file of what was published, or `:memory:`. */
  readonly file: string;
  /** Port on 127.0.0.1; 0 chooses one. */
  readonly port: number;
  readonly tls: TlsIdentity;
  /** Ids of its orgs. */
  readonly orgs: readonly string[];
  /** The org of whose user an access token is, while it is live. */
  readonly orgOf: (accessToken: string) => string | null;
  /** 270 seconds when absent. */
  readonly keepaliveMs?: number;
  /** Events that an org is sent a day; a million when absent. */
  readonly dailyEvents?: number;
}

/** The event-driven half of the sample CRM, a development tool: orgs, their bus, and its gRPC and REST interfaces. */
export class SamplePubSub {
  readonly bus: EventBus;
  readonly faults: PubSubFaults = { eventsPerStream: null, failNext: null };
  readonly #orgs: ReadonlyMap<string, SampleOrg>;
  readonly #service: PubSubService;
  readonly #server: GrpcServer;
  readonly #dailyEvents: number;

  constructor({ file, port, tls, orgs, orgOf, keepaliveMs, dailyEvents }: SamplePubSubOptions) {
    this.bus = new EventBus(file);
    this.#orgs = new Map(orgs.map((id) => [id, new SampleOrg(id, this.bus)]));
    this.#dailyEvents = dailyEvents ?? 1_000_000;
    this.#service = new PubSubService({
      bus: this.bus,
      org: (id) => this.#orgs.get(id) ?? null,
      orgOf,
      keepaliveMs: keepaliveMs ?? 270_000,
      dailyEvents: this.#dailyEvents,
      faults: this.faults,
    });
    // Users show a token, not a certificate.
    this.#server = new GrpcServer({
      host: '127.0.0.1',
      port,
      tls,
      clientCertificates: 'optional',
      health: new HealthRegistry(),
      graceMs: 200,
    });
    this.#server.add(pubsub.PubSubService, { ...this.#service.handlers() });
  }

  /** `host:port`; known after `start`. */
  get address(): string {
    return this.#server.address;
  }

  /** An org. Throws when there is none of this id. */
  org(id: string): SampleOrg {
    const org = this.#orgs.get(id);
    if (!org) throw new Error(`the sample CRM has no org ${id}`);
    return org;
  }

  /** Answers a request of an org's user to the REST API; null for what it has not. */
  rest(
    path: string,
    parameters: URLSearchParams,
    orgId: string,
  ): readonly [status: number, body: unknown] | null {
    const limits = { max: this.#dailyEvents, remaining: this.#service.remaining(orgId) };
    return answerRest(path, parameters, this.org(orgId), limits);
  }

  start(): Promise<void> {
    return this.#server.start();
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    this.bus.close();
  }
}
