import type { TLSSocket } from 'node:tls';
import { Module } from '@nestjs/common';
import {
  BailiwickError,
  HttpsEdge,
  replyProblem,
  type ErrorCode,
  type HttpsEdgeOptions,
  type Logger,
} from '@bailiwick/platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ForeignReads } from '../scope/foreign-reads.js';
import { lineageOpenApi } from './openapi.js';
import { parseQuery } from './query.js';
import type { Reader, Readers } from './readers.js';
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
  /** Is told of everything that was asked for in vain. */
  readonly foreign: Pick<ForeignReads, 'note'>;
  readonly logger: Logger;
}

@Module({})
class ApiModule {}

/**
 * The interface for who reads lineage: HTTPS, with an administrator's certificate or a tenant's access token. It has a port of its own, because
 * health, metrics and the log are for everybody, and histories are not.
 */
export class ApiServer extends HttpsEdge {
  constructor(private readonly parts: ApiServerParts) {
    super();
  }

  protected edge(): HttpsEdgeOptions {
    const { host, port, tls, logger } = this.parts;
    return {
      host,
      port,
      tls,
      mutual: 'if-shown',
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      module: { module: ApiModule },
      prepare: (fastify) => this.#prepare(fastify),
      serves: 'readers',
      logger,
    };
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

  async #answer(route: Route, request: FastifyRequest): Promise<string | Uint8Array> {
    const { authorization } = request.headers;
    const reader = await this.parts.readers.ofRequest(request.raw.socket as TLSSocket, authorization);
    try {
      return await this.#read(route, request, reader);
    } catch (thrown) {
      await this.#noteVain(thrown, route, request, reader);
      throw thrown;
    }
  }

  async #read(
    { params, query, rest, handle }: Route,
    request: FastifyRequest,
    { scope }: Reader,
  ): Promise<string | Uint8Array> {
    return handle({
      scope,
      params: params?.parse(rest === null ? request.params : { [rest]: Wildcard.parse(request.params)['*'] }),
      query: query ? parseQuery(query, request.query, scope) : undefined,
    });
  }

  async #noteVain(
    thrown: unknown,
    { operationId }: Route,
    request: FastifyRequest,
    { scope, subject }: Reader,
  ): Promise<void> {
    if (scope.kind !== 'tenant' || !VAIN.has(BailiwickError.from(thrown).code)) return;
    const named = { ...Named.parse(request.query), ...Named.parse(request.params) };
    const { eventId, tenant } = named;
    if (eventId === undefined && tenant === undefined) return;
    await this.parts.foreign.note({
      tenant: scope.tenant,
      subject,
      where: operationId,
      named: { eventId, tenant },
    });
  }
}

/** Answers to who asks for something that is not there, or not theirs. */
const VAIN: ReadonlySet<string> = new Set<ErrorCode>([
  'record-unknown',
  'erasure-unknown',
  'scope-insufficient',
]);

/** What a request may name that somebody else has. */
const Named = z.object({
  eventId: z.string().optional().catch(undefined),
  tenant: z.string().optional().catch(undefined),
});

/** What stands for the rest of a path. */
const Wildcard = z.object({ '*': z.string() });

/** A path as Fastify writes it. */
const pathOf = ({ path, rest }: Route): string =>
  (rest === null ? path : path.replace(`{${rest}}`, '*')).replaceAll(/\{(\w+)\}/g, ':$1');
