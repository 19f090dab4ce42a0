import { Module } from '@nestjs/common';
import {
  BailiwickError,
  HttpsEdge,
  databaseError,
  inTransaction,
  replyProblem,
  type HttpsEdgeOptions,
  type Logger,
} from '@bailiwick/platform';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type pg from 'pg';
import type { z } from 'zod';
import type { Db } from '../db.js';
import { ForeignTenant, type Caller } from '../people/caller.js';
import { callerOf } from '../people/callers.js';
import type { AccessTokens } from '../people/access-tokens.js';
import { once, type Sent } from './idempotency.js';
import { refuseNul } from './refuse-nul.js';
import { openApi } from './openapi.js';
import type { Route } from './route.js';

/** What the interface works with. */
export interface ApiServerParts {
  readonly host: string;
  /** 0 chooses one. */
  readonly port: number;
  readonly tls: { readonly cert: string; readonly key: string };
  readonly database: pg.Pool;
  readonly tokens: Pick<AccessTokens, 'verify'>;
  readonly routes: readonly Route[];
  /** Serves what is not of this API on the same port. */
  readonly beside: (fastify: FastifyInstance) => void;
  /** Called after every request that may have changed something, before it is answered. */
  readonly settled: () => Promise<void>;
  /** Records that somebody asked for what another tenant has. */
  readonly foreign: (db: Db, attempt: ForeignTenant, where: string) => Promise<void>;
  readonly logger: Logger;
}

@Module({})
class ApiModule {}

const REQUEST_TIMEOUT_MS = 30_000;
const BODY_LIMIT = 1024 * 1024;
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,200}$/;

/** The interface for people and programs: HTTPS, JSON, access tokens of the OpenID provider. */
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
      mutual: false,
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      bodyLimit: BODY_LIMIT,
      module: { module: ApiModule },
      prepare: (fastify) => this.#prepare(fastify),
      serves: 'people',
      logger,
    };
  }

  #prepare(fastify: FastifyInstance): void {
    const { routes, beside, logger } = this.parts;
    const document = JSON.stringify(openApi(routes));
    void fastify.register(async (scope) => {
      scope.setErrorHandler((thrown, _request, reply) => replyProblem(thrown, reply, logger));
      scope.addHook('preValidation', refuseNul);
      scope.get('/openapi.json', (_request, reply) => reply.type('application/json').send(document));
      for (const route of routes)
        scope[route.method](route.path.replaceAll(/\{(\w+)\}/g, ':$1'), (request, reply) =>
          this.#answer(route, request, reply),
        );
    });
    beside(fastify);
  }

  async #answer(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { database, tokens, settled } = this.parts;
    const subject = await tokens.verify(request.headers.authorization);
    const sent = await inTransaction(database, async (db) => {
      const caller = await callerOf(db, subject);
      const key = route.method === 'post' ? request.headers['idempotency-key']?.toString() : undefined;
      if (key === undefined) return this.#work(route, request, caller, db);
      if (route.secret)
        throw new BailiwickError(
          'query-invalid',
          'Idempotency-Key: this answer is kept nowhere, so it is given once',
        );
      if (!IDEMPOTENCY_KEY.test(key))
        throw new BailiwickError('query-invalid', 'Idempotency-Key: up to 200 visible characters');
      const { url: path, body } = request;
      const keyed = { subject, key, path, body, ifMatch: request.headers['if-match'] };
      return once(db, keyed, () => this.#work(route, request, caller, db));
    }).catch(async (thrown: unknown) => {
      if (thrown instanceof ForeignTenant) await this.#record(thrown, route);
      throw thrown;
    });
    if (route.method === 'post') await settled();
    return reply.status(sent.status).headers(sent.headers).type('application/json').send(sent.body);
  }

  async #work(route: Route, request: FastifyRequest, caller: Caller, db: Db): Promise<Sent> {
    const { body, revision, location } = await route.handle({
      params: parse(route.params, request.params, 'query-invalid'),
      query: parse(route.query, request.query, 'query-invalid'),
      body: parse(route.body, request.body, 'change-invalid'),
      caller,
      db,
      revision: route.conditional ? revisionOf(request.headers['if-match']) : 0,
    });
    const headers = {
      ...(revision !== undefined && { etag: `"${revision}"` }),
      ...(location !== undefined && { location }),
    };
    return { status: route.status, headers, body: JSON.stringify(body) };
  }

  async #record(attempt: ForeignTenant, { method, path }: Route): Promise<void> {
    const { database, foreign } = this.parts;
    await inTransaction(database, (db) => foreign(db, attempt, `${method.toUpperCase()} ${path}`)).catch(
      (thrown: unknown) => Promise.reject(databaseError(thrown)),
    );
  }
}

/** Parses one part of a request; what is wrong is named by path, never by value. */
function parse(schema: z.ZodType | null, value: unknown, code: 'query-invalid' | 'change-invalid'): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  );
  throw new BailiwickError(code, wrong.join('; '));
}

/** Revision that `If-Match` names. Throws `condition-required` without one, `version-stale` for what is no ETag of ours. */
function revisionOf(ifMatch: string | undefined): number {
  if (ifMatch === undefined)
    throw new BailiwickError('condition-required', 'send If-Match with the ETag of the change that you read');
  const revision = /^"(\d{1,9})"$/.exec(ifMatch)?.[1];
  if (revision === undefined)
    throw new BailiwickError('version-stale', 'If-Match names no revision of the change');
  return Number(revision);
}
