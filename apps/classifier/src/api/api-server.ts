import type { TLSSocket } from 'node:tls';
import { Module, type DynamicModule } from '@nestjs/common';
import { spiffeIdOf } from '@bailiwick/grpc';
import { BailiwickError, HttpsEdge, type HttpsEdgeOptions, type Logger } from '@bailiwick/platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AnalyzeController } from '../analyze/analyze.controller.js';
import { Analyzer } from '../analyze/analyze.js';
import { CLASSIFY, ExplainController } from '../explain/explain.controller.js';
import { Explainer } from '../explain/explainer.js';
import type { Callers } from './callers.js';

/** Largest body in bytes: a record as ingest takes it. */
const MAX_BODY_BYTES = 6 * 1024 * 1024;
/** Longest time in which a request must have come whole. */
const REQUEST_TIMEOUT_MS = 30_000;

/** What the interface works with. */
export interface ApiServerParts {
  readonly host: string;
  /** 0 chooses one. */
  readonly port: number;
  /** Certificate, key and trusted authority of the process, in PEM. */
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string };
  readonly explainer: Explainer;
  /** Administrators who may ask `Classify`. */
  readonly administrators: Callers;
  /** Programs that may call the Presidio-compatible interface; null: there is none. */
  readonly analyzers: Callers | null;
  readonly logger: Logger;
}

@Module({})
class ApiModule {}

/**
 * HTTPS for administrators and programs that call Presidio, on a port of its own: mTLS, and only for callers whom the
 * configuration names. What they send is answered and forgotten.
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
      mutual: true,
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      bodyLimit: MAX_BODY_BYTES,
      module: this.#module(),
      prepare: (fastify) => {
        this.#authorise(fastify);
        readJson(fastify);
      },
      serves: 'administrators',
      logger,
    };
  }

  #module(): DynamicModule {
    const { explainer, analyzers } = this.parts;
    return {
      module: ApiModule,
      controllers: [ExplainController, ...(analyzers ? [AnalyzeController] : [])],
      providers: [
        { provide: Explainer, useValue: explainer },
        { provide: Analyzer, useValue: new Analyzer() },
      ],
    };
  }

  /** Before a body is read. A path that is not served needs no right: it is not found. */
  #authorise(fastify: FastifyInstance): void {
    const { administrators, analyzers } = this.parts;
    fastify.addHook('onRequest', (request: FastifyRequest, _reply, done) => {
      const route = request.routeOptions.url;
      const peer = spiffeIdOf((request.raw.socket as TLSSocket).getPeerCertificate().subjectaltname);
      try {
        if (route === CLASSIFY) administrators.admit(peer);
        else if (route !== undefined) analyzers?.admit(peer);
        done();
      } catch (thrown) {
        done(thrown as Error);
      }
    });
  }
}

/** Takes JSON only, and tells what is none apart from what is wrong in it. */
function readJson(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, JSON.parse(String(body)));
    } catch {
      done(new BailiwickError('body-not-json', 'the body is not JSON'));
    }
  });
}
