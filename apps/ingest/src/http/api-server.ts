import { Module, type DynamicModule } from '@nestjs/common';
import {
  BailiwickError,
  HttpsEdge,
  PROBLEM_FORM,
  type HttpsEdgeOptions,
  type Logger,
} from '@bailiwick/platform';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { admitTenant, type ControlView } from '../admit/admit.js';
import type { AccessTokens } from '../authorise/access-tokens.js';
import type { Producer } from '../authorise/producer.js';
import { CHAT, ChatController } from '../gateway/chat.controller.js';
import { EMBEDDINGS, EmbeddingsController } from '../gateway/embeddings.controller.js';
import { Gateway } from '../gateway/gateway.js';
import { MODEL, MODELS, ModelsController } from '../gateway/models.controller.js';
import { OPENAI_ERROR } from '../gateway/openai-error.js';
import { RESPONSES, ResponsesController } from '../gateway/responses.controller.js';
import { USAGE, UsageController } from '../gateway/usage.controller.js';
import { SlowRefusals } from '../quota/slow-refusals.js';
import type { TenantQuotas } from '../quota/tenant-quotas.js';
import { InFlight } from '../receive/in-flight.js';
import { countRefusal, type Way } from '../receive/ingest-metrics.js';
import { RecordReceiver, refusalError } from '../receive/record-receiver.js';
import { WebhookConsents } from '../webhook/webhook-consents.js';
import { WebhookDeliveries } from '../webhook/webhook-deliveries.js';
import { WebhookRegistrations } from '../webhook/webhook-registrations.js';
import type { ErasureRequests } from '../webhook/erasure-requests.js';
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
  readonly erasures: ErasureRequests;
  readonly gateway: Gateway;
  readonly logger: Logger;
}

/** How the interface treats the requests of one route. */
interface Route {
  readonly way: Way;
  /** Whether a body is read, which takes a place and room. */
  readonly reads: boolean;
}

const ROUTES: Readonly<Record<string, Route>> = {
  [`POST ${RECORDS}`]: { way: 'http', reads: true },
  [`POST ${WEBHOOKS}`]: { way: 'webhook', reads: true },
  [`POST ${CHAT}`]: { way: 'gateway', reads: true },
  [`POST ${RESPONSES}`]: { way: 'gateway', reads: true },
  [`POST ${EMBEDDINGS}`]: { way: 'gateway', reads: true },
  [`GET ${MODELS}`]: { way: 'gateway', reads: false },
  [`GET ${MODEL}`]: { way: 'gateway', reads: false },
  [`GET ${USAGE}`]: { way: 'gateway', reads: false },
};
const routeOf = ({ method, routeOptions: { url } }: FastifyRequest): Route | undefined =>
  ROUTES[`${method} ${url}`];

/** Salesforce's LLM Open Connector shows its credential under another name; it is an access token like any other. */
const apiKeyOf = ({ headers }: FastifyRequest): string | undefined => {
  const key = headers['api-key']?.toString();
  return key === undefined ? undefined : `Bearer ${key}`;
};

@Module({})
class ApiModule {}

/**
 * The producers' HTTPS interface. It has a port of its own because producers hold no certificate of the mesh, and
 * because health and metrics are none of their business.
 */
export class ApiServer extends HttpsEdge {
  readonly #inFlight = new InFlight(IN_FLIGHT_BYTES, IN_FLIGHT_REQUESTS);
  /** Questions wait for their answers, and records must not wait for questions. */
  readonly #questions = new InFlight(IN_FLIGHT_BYTES, IN_FLIGHT_REQUESTS);
  readonly #refusals = new SlowRefusals();
  readonly #producers = new RequestProducers();

  constructor(private readonly parts: ApiServerParts) {
    super();
  }

  protected edge(): HttpsEdgeOptions {
    const { host, port, tls, logger } = this.parts;
    return {
      host,
      port,
      tls,
      mutual: false,
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      module: this.#module(),
      prepare: (fastify) => this.#prepare(fastify),
      errorForm: (request) => (routeOf(request)?.way === 'gateway' ? OPENAI_ERROR : PROBLEM_FORM),
      serves: 'producers',
      logger,
    };
  }

  #module(): DynamicModule {
    const { receiver, webhooks, erasures, gateway, logger } = this.parts;
    return {
      module: ApiModule,
      controllers: [
        RecordsController,
        WebhooksController,
        ChatController,
        ResponsesController,
        EmbeddingsController,
        ModelsController,
        UsageController,
      ],
      providers: [
        { provide: RecordReceiver, useValue: receiver },
        { provide: WebhookRegistrations, useValue: webhooks },
        { provide: WebhookDeliveries, useValue: new WebhookDeliveries(receiver, erasures) },
        { provide: WebhookConsents, useValue: new WebhookConsents(logger) },
        { provide: Gateway, useValue: gateway },
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
      const route = routeOf(request);
      if (!route) return;
      const { way, reads } = route;
      try {
        const producer = way === 'webhook' ? this.#webhookOf(request) : await this.#authorise(request, way);
        this.#producers.remember(request, producer);
        if (!reads) return;
        await this.#inQuota(producer.tenant, reply);
        await this.#room(
          way === 'gateway' ? this.#questions : this.#inFlight,
          producer.tenant,
          request,
          reply,
        );
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

  async #room(
    inFlight: InFlight,
    tenant: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    if (inFlight.waiting(tenant) >= MAX_WAITING)
      throw new BailiwickError('too-many-requests', 'too much is being received at once; try again');
    const length = Number(request.headers['content-length'] ?? UNKNOWN_LENGTH_BYTES);
    const bytes = Math.min(length, MAX_BODY_BYTES);
    await inFlight.enter(bytes, tenant);
    if (reply.raw.closed) inFlight.leave(bytes);
    else reply.raw.once('close', () => inFlight.leave(bytes));
  }

  async #authorise(request: FastifyRequest, way: Way): Promise<Producer> {
    const { tokens, control, region } = this.parts;
    const { authorization = way === 'gateway' ? apiKeyOf(request) : undefined } = request.headers;
    const producer = await tokens.verify(authorization);
    const admission = admitTenant(producer, control, region);
    if (admission.outcome === 'refused') throw refusalError(admission, way);
    return producer;
  }
}
