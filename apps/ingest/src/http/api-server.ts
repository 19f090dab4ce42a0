import { Module, type DynamicModule } from '@nestjs/common';
import { BailiwickError, HttpsEdge, type Logger, type Runnable } from '@bailiwick/platform';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { admitTenant, type ControlView } from '../admit/admit.js';
import type { AccessTokens } from '../authorise/access-tokens.js';
import type { Producer } from '../authorise/producer.js';
import { SlowRefusals } from '../quota/slow-refusals.js';
import type { TenantQuotas } from '../quota/tenant-quotas.js';
import { InFlight } from '../receive/in-flight.js';
import { countRefusal } from '../receive/ingest-metrics.js';
import { RecordReceiver, refusalError } from '../receive/record-receiver.js';
import { WebhookRegistrations } from '../webhook/webhook-registrations.js';
import { RECORDS, RecordsController } from './records.controller.js';
import { MAX_BODY_BYTES, readBody } from './request-body.js';
import { RequestProducers } from './request-producers.js';
import { WEBHOOKS, WebhooksController } from './webhooks.controller.js';

/** Requests that are worked on at once: in bytes of their bodies, and in number. The next ones are not read yet. */
const IN_FLIGHT_BYTES = 16 * 1024 * 1024;
const IN_FLIGHT_REQUESTS = 500;
/** Requests of one tenant that may wait to be read. */
const MAX_WAITING = 1000;
/** Longest time in which a request must have come whole. */
const REQUEST_TIMEOUT_MS = 60_000;
/** Room that a body of unknown length takes. */
const UNKNOWN_LENGTH_BYTES = 256 * 1024;

/** What the interface works with. */
export interface ApiServerParts {
  readonly host: string;
  /** 0 chooses one. */
  readonly port: number;
  /** Certificate and key of the process, in PEM. */
  readonly tls: { readonly cert: string; readonly key: string };
  readonly region: string;
  readonly control: ControlView;
  readonly tokens: Pick<AccessTokens, 'verify'>;
  readonly receiver: RecordReceiver;
  readonly quotas: Pick<TenantQuotas, 'expect'>;
  readonly webhooks: WebhookRegistrations;
  readonly logger: Logger;
}

@Module({})
class ApiModule {}

/**
 * The producers' HTTPS interface. It has a port of its own because producers hold no certificate of the mesh, and
 * because health and metrics are none of their business.
 */
export class ApiServer implements Runnable {
  readonly #inFlight = new InFlight(IN_FLIGHT_BYTES, IN_FLIGHT_REQUESTS);
  readonly #refusals = new SlowRefusals();
  readonly #producers = new RequestProducers();
  readonly #edge: HttpsEdge;

  constructor(private readonly parts: ApiServerParts) {
    const { host, port, tls, logger } = parts;
    this.#edge = new HttpsEdge({
      host,
      port,
      tls,
      mutual: false,
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      module: this.#module(),
      prepare: (fastify) => this.#prepare(fastify),
      serves: 'producers',
      logger,
    });
  }

  /** `https://host:port`; known after `start`. */
  get url(): string {
    return this.#edge.url;
  }

  start(): Promise<void> {
    return this.#edge.start();
  }

  stop(): Promise<void> {
    return this.#edge.stop();
  }

  #module(): DynamicModule {
    const { receiver, webhooks } = this.parts;
    return {
      module: ApiModule,
      controllers: [RecordsController, WebhooksController],
      providers: [
        { provide: RecordReceiver, useValue: receiver },
        { provide: WebhookRegistrations, useValue: webhooks },
        { provide: RequestProducers, useValue: this.#producers },
      ],
    };
  }

  /** What happens before a body is read: the producer's right to send it, then room for it. */
  #prepare(fastify: FastifyInstance): void {
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser('*', (_request: FastifyRequest, payload: AsyncIterable<Buffer>) =>
      readBody(payload),
    );
    fastify.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
      const route = request.method === 'POST' ? request.routeOptions.url : undefined;
      if (route !== RECORDS && route !== WEBHOOKS) return;
      const way = route === RECORDS ? 'http' : 'webhook';
      try {
        const producer = route === RECORDS ? await this.#authorise(request) : this.#webhookOf(request);
        if (route === RECORDS) this.#producers.remember(request, producer);
        await this.#inQuota(producer.tenant, reply);
        await this.#room(producer.tenant, request, reply);
      } catch (thrown) {
        countRefusal(way, thrown);
        throw thrown;
      }
    });
  }

  /** Refuses what would come too early, and takes its time for that. */
  async #inQuota(tenant: string, reply: FastifyReply): Promise<void> {
    try {
      this.parts.quotas.expect(tenant);
    } catch (tooEarly) {
      await this.#refusals.hold(tenant, reply.raw);
      throw tooEarly;
    }
  }

  #webhookOf({ params }: FastifyRequest): Producer {
    return this.parts.webhooks.get((params as { readonly id: string }).id).producer;
  }

  async #room(tenant: string, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (this.#inFlight.waiting(tenant) >= MAX_WAITING)
      throw new BailiwickError('too-many-requests', 'too much is being received at once; try again');
    const length = Number(request.headers['content-length'] ?? UNKNOWN_LENGTH_BYTES);
    const bytes = Math.min(length, MAX_BODY_BYTES);
    await this.#inFlight.enter(bytes, tenant);
    if (reply.raw.closed) this.#inFlight.leave(bytes);
    else reply.raw.once('close', () => this.#inFlight.leave(bytes));
  }

  async #authorise(request: FastifyRequest): Promise<Awaited<ReturnType<AccessTokens['verify']>>> {
    const { tokens, control, region } = this.parts;
    const producer = await tokens.verify(request.headers.authorization);
    const admission = admitTenant(producer, control, region);
    if (admission.outcome === 'refused') throw refusalError(admission, 'http');
    return producer;
  }
}
