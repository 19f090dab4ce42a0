import { readFileSync } from 'node:fs';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Admission } from './admission.js';
import { ApiError } from './api-error.js';
import { spiffeIdOf } from './client-identity.js';
import { completeChat, type CompletionFacts } from './complete-chat.js';
import type { PoolConfig, TlsConfig } from './config.js';
import { embedTexts } from './embed-texts.js';
import type { Engine } from './engine.js';
import type { Logger } from './log.js';
import { traceIdOf } from './trace-context.js';

/** How long a shutdown waits for answers under way. */
const drainMs = 10_000;
/** How long a connection may idle: work comes in bursts, and a new connection costs two certificates' checks. */
const idleMs = 65_000;

/** Routes by the names under which requests are logged. */
const LOGGED: Readonly<Record<string, string>> = {
  '/v1/chat/completions': 'chat-completions',
  '/v1/embeddings': 'embeddings',
};

/** The OpenAI-compatible HTTP server of one pool. */
export class PoolServer {
  readonly #server: Server;
  readonly #admission: Admission;
  readonly #stopping = new AbortController();
  readonly #startedAt = Math.floor(Date.now() / 1000);
  #draining = false;

  constructor(
    private readonly config: PoolConfig,
    private readonly engine: Engine,
    private readonly log: Logger,
  ) {
    this.#admission = new Admission(config.sequences, config.queue);
    const handle = (request: IncomingMessage, response: ServerResponse): void =>
      void this.#handle(request, response);
    this.#server = config.tls
      ? createHttpsServer(serverIdentity(config.tls), handle)
      : createHttpServer(handle);
    this.#server.keepAliveTimeout = idleMs;
  }

  /** Starts to listen and gives the base URL. */
  async listen(): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject).listen(this.config.port, this.config.host, resolve);
    await promise;
    const { port } = this.#server.address() as AddressInfo;
    return `${this.config.tls ? 'https' : 'http'}://${this.config.host}:${port}`;
  }

  /** Takes no new connections, lets running answers end, and aborts those that take too long. */
  async close(): Promise<void> {
    this.#draining = true;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    const impatience = setTimeout(() => this.#stopping.abort(), drainMs);
    await closed;
    clearTimeout(impatience);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrived = performance.now();
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const facts: CompletionFacts = {};
    const client = spiffeIdOf(request);
    const signal = AbortSignal.any([gone.signal, this.#stopping.signal]);
    let code: string | undefined;
    if (this.#draining) response.setHeader('connection', 'close');
    try {
      await this.#route(request, response, client, signal, facts);
    } catch (thrown) {
      code = signal.aborted ? 'aborted' : refuse(response, ApiError.from(thrown));
      if (code === 'internal_error') this.log.error({ event: 'failure', error: nameOf(thrown) });
    }
    if (request.url === '/health') return;
    this.log.info({
      event: 'request',
      route: LOGGED[request.url ?? ''] ?? 'other',
      status: response.statusCode,
      ...(code && { code }),
      traceId: traceIdOf(request.headers.traceparent),
      client,
      ...facts,
      elapsedMs: Math.round(performance.now() - arrived),
    });
  }

  async #route(
    request: IncomingMessage,
    response: ServerResponse,
    client: string | undefined,
    signal: AbortSignal,
    facts: CompletionFacts,
  ): Promise<void> {
    const route = `${request.method} ${request.url}`;
    if (route === 'GET /health') return this.#health(response);
    this.#authorise(client);
    if (route === 'GET /v1/models') return this.#models(response);
    if (route === 'POST /v1/chat/completions') {
      return completeChat(this.engine, this.#admission, request, response, signal, facts);
    }
    if (route === 'POST /v1/embeddings') {
      return embedTexts(this.engine, this.#admission, request, response, signal, facts);
    }
    throw new ApiError(404, 'invalid_request_error', 'unknown_url', 'No such method and path.');
  }

  #authorise(client: string | undefined): void {
    const allowed = this.config.tls?.allowedClients;
    if (!allowed || (client !== undefined && allowed.has(client))) return;
    throw new ApiError(403, 'permission_error', 'client_not_allowed', 'This identity may not use this pool.');
  }

  #health(response: ServerResponse): void {
    const { working, waiting } = this.#admission;
    response.statusCode = this.#draining ? 503 : 200;
    sendJson(response, {
      status: this.#draining ? 'draining' : 'ok',
      pool: this.config.pool,
      working,
      waiting,
      // Every engine here runs on the processor.
      accelerators: [],
    });
  }

  #models(response: ServerResponse): void {
    const data = this.engine.models.map((id) => ({
      id,
      object: 'model',
      created: this.#startedAt,
      owned_by: this.config.pool,
    }));
    sendJson(response, { object: 'list', data });
  }
}

function serverIdentity(tls: TlsConfig): object {
  return {
    cert: readFileSync(tls.certFile),
    key: readFileSync(tls.keyFile),
    ca: readFileSync(tls.caFile),
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.3',
  };
}

function sendJson(response: ServerResponse, body: object): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
}

/** Answers with the error. Once a stream has begun only breaking it off tells the client. */
function refuse(response: ServerResponse, error: ApiError): string {
  if (response.headersSent) {
    response.destroy();
  } else {
    response.statusCode = error.status;
    for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
    sendJson(response, error.body());
  }
  return error.code;
}

/** An error's class, not its message: engines quote what they choke on. */
function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : typeof thrown;
}
