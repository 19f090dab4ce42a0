import type { AddressInfo } from 'node:net';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ProblemFilter, type ErrorForm } from './http-edge.js';
import type { Logger } from './logger.js';
import type { Runnable } from './service.js';

/** An HTTPS interface on a port of its own. */
export interface HttpsEdgeOptions {
  readonly host: string;
  /** 0 chooses one. */
  readonly port: number;
  /** Certificate, key and trusted authority of the process, in PEM. */
  readonly tls: { readonly cert: string; readonly key: string; readonly ca?: string };
  /**
   * Whether every caller must show a certificate from that authority. `if-shown` asks for one and lets callers without
   * it in, and those with any other: the interface must look at `socket.authorized` itself.
   */
  readonly mutual: boolean | 'if-shown';
  /** Longest time in milliseconds in which a request must have come whole. */
  readonly requestTimeoutMs: number;
  /** Largest body in bytes that fastify reads; absent where the interface reads bodies itself. */
  readonly bodyLimit?: number;
  /** Controllers, and what they work with. */
  readonly module: DynamicModule;
  /** Says who may ask and how bodies are read, before anything is served. */
  readonly prepare: (fastify: FastifyInstance) => void;
  /** The form in which errors of a request are answered; absent: problem details. */
  readonly errorForm?: (request: FastifyRequest) => ErrorForm;
  /** Who is served, for the log. */
  readonly serves: string;
  readonly logger: Logger;
}

/** Serves a module over HTTPS; whatever fails becomes problem details, or another form of error. */
export abstract class HttpsEdge implements Runnable {
  #app: NestFastifyApplication | undefined;
  #url = '';

  /** What is served, to whom and where; asked for once, at the start. */
  protected abstract edge(): HttpsEdgeOptions;

  /** `https://host:port`; empty before `start`, since the port may be chosen there. */
  get url(): string {
    return this.#url;
  }

  async start(): Promise<void> {
    const {
      host,
      port,
      tls,
      mutual,
      requestTimeoutMs,
      bodyLimit,
      module,
      prepare,
      errorForm,
      serves,
      logger,
    } = this.edge();
    const adapter = new FastifyAdapter({
      https: {
        ...tls,
        minVersion: 'TLSv1.2',
        requestCert: mutual !== false,
        rejectUnauthorized: mutual === true,
      },
      requestTimeout: requestTimeoutMs,
      forceCloseConnections: 'idle',
      ...(bodyLimit === undefined ? {} : { bodyLimit }),
    });
    const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
      logger: ['error', 'fatal'],
      bodyParser: false,
    });
    app.useGlobalFilters(new ProblemFilter(logger, errorForm));
    prepare(app.getHttpAdapter().getInstance() as unknown as FastifyInstance);
    await app.listen(port, host);
    this.#app = app;
    const address = app.getHttpServer().address() as AddressInfo;
    this.#url = `https://${host}:${address.port}`;
    logger.info(`${serves} are served`, { url: this.url });
  }

  async stop(): Promise<void> {
    await this.#app?.close();
  }
}
