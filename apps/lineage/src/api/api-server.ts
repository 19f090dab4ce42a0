import type { TLSSocket } from 'node:tls';
import { Module } from '@nestjs/common';
import { HttpsEdge, replyProblem, type Logger, type Runnable } from '@bailiwick/platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { lineageOpenApi } from './openapi.js';
import { parseQuery } from './query.js';
import type { Readers } from './readers.js';
import type { Route } from './route.js';

/** Longest time in which a request must have come whole. */
const REQUEST_TIMEOUT_MS = 30_000;

/** What the interface works with. */
export interface ApiServerParts {
  readonly host: string;
  /** 0 chooses one. */
  readonly port: number;
  /** Certificate, key and trusted authority of the process, in PEM. */
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string };
  readonly readers: Readers;
  readonly routes: readonly Route[];
  readonly logger: Logger;
}

@Module({})
class ApiModule {}

/**
 * The interface for who reads lineage: HTTPS, with an administrator's certificate or a tenant's access token. It has a port of its own, because
 * health, metrics and the log are for everybody, and histories are not.
 */
export class ApiServer implements Runnable {
  readonly #edge: HttpsEdge;

  constructor(private readonly parts: ApiServerParts) {
    const { host, port, tls, logger } = parts;
    this.#edge = new HttpsEdge({
      host,
      port,
      tls,
      mutual: 'if-shown',
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      module: { module: ApiModule },
      prepare: (fastify) => this.#prepare(fastify),
      serves: 'readers',
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

  #prepare(fastify: FastifyInstance): void {
    const { routes, logger } = this.parts;
    void fastify.register(async (scope) => {
      scope.setErrorHandler((thrown, _request, reply) => replyProblem(thrown, reply, logger));
      // The document is of nobody, and tells how to ask.
      const document = JSON.stringify(lineageOpenApi(routes));
      scope.get('/openapi.json', (_request, reply) => reply.type('application/json').send(document));
      for (const route of routes)
        scope.get(pathOf(route), async (request, reply) => {
          const answer = await this.#answer(route, request);
          // What somebody may read today is nothing for a cache between here and there.
          return reply.header('cache-control', 'no-store').type(route.type).send(answer);
        });
    });
  }

  async #answer(
    { params, query, rest, handle }: Route,
    request: FastifyRequest,
  ): Promise<string | Uint8Array> {
    const { authorization } = request.headers;
    const scope = await this.parts.readers.ofRequest(request.raw.socket as TLSSocket, authorization);
    return handle({
      scope,
      params: params?.parse(rest === null ? request.params : { [rest]: Wildcard.parse(request.params)['*'] }),
      query: query ? parseQuery(query, request.query, scope) : undefined,
    });
  }
}

/** What stands for the rest of a path. */
const Wildcard = z.object({ '*': z.string() });

/** A path as Fastify writes it. */
const pathOf = ({ path, rest }: Route): string =>
  (rest === null ? path : path.replace(`{${rest}}`, '*')).replaceAll(/\{(\w+)\}/g, ':$1');
