import 'reflect-metadata';
import { type DynamicModule, type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BaseConfig } from './config.js';
import { HealthRegistry } from './health.js';
import { ProblemFilter } from './http-edge.js';
import { type Logger, createLogger } from './logger.js';
import { gauge, metrics } from './metrics.js';
import { type Telemetry, startTelemetry } from './telemetry.js';

/** Something that runs as long as the service does: a stage, a server, a reader. */
export interface Runnable {
  /** Resolves when it works. */
  readonly start: () => Promise<void>;
  /** Stops taking new work, finishes what it has within the grace, and lets go of its resources. */
  readonly stop: () => Promise<void>;
}

/** What `runService` hands to the wiring of a service. */
export interface ServiceKit<C extends BaseConfig> {
  readonly config: C;
  readonly logger: Logger;
  readonly health: HealthRegistry;
  /**
   * Adds a runnable. They start in the order in which they were added, after the HTTP server, and stop in the
   * reverse order, before it.
   */
  readonly add: (runnable: Runnable) => void;
  /** Ends the process with a non-zero status after a drain; for failures that a restart must answer. */
  readonly fatal: (error: unknown) => void;
}

/** A service: its configuration and its wiring. */
export interface ServiceDefinition<C extends BaseConfig> {
  readonly config: C;
  /** Makes the Nest module; called once. */
  readonly wire: (kit: ServiceKit<C>) => Promise<DynamicModule>;
  /** Largest HTTP body in bytes; 1 MiB when absent. */
  readonly bodyLimit?: number;
  /** Prepares the Fastify adapter before it listens, for example raw-body parsing. */
  readonly prepare?: (app: NestFastifyApplication) => void;
}

/** A running service. */
export interface RunningService {
  readonly app: INestApplication;
  readonly url: string;
  readonly stop: (exitCode?: number) => Promise<void>;
}

const HEALTH_CHECK_OK = gauge('bailiwick_health_check_ok', '1 while this is well, by what readiness checks', [
  'check',
]);

/** `/health/live` answers while the process does; `/health/ready` is 503 and names what is not well. */
function serveHealth(app: NestFastifyApplication, health: HealthRegistry): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/health/live', (_request: FastifyRequest, reply: FastifyReply) => reply.send({ live: true }));
  fastify.get('/health/ready', (_request: FastifyRequest, reply: FastifyReply) => {
    const report = health.report();
    return reply.status(report.ready ? 200 : 503).send(report);
  });
  fastify.get('/metrics', async (_request: FastifyRequest, reply: FastifyReply) => {
    for (const [check, standing] of Object.entries(health.report().checks))
      HEALTH_CHECK_OK.set({ check }, standing === 'ok' ? 1 : 0);
    return reply.type(metrics.contentType).send(await metrics.metrics());
  });
}

/**
 * Starts a service and keeps it until SIGTERM or SIGINT: readiness off, runnables drained in reverse order, HTTP
 * server closed, spans sent, exit.
 */
export async function runService<C extends BaseConfig>(
  definition: ServiceDefinition<C>,
): Promise<RunningService> {
  const { config } = definition;
  const logger = createLogger(config);
  const telemetry: Telemetry = startTelemetry(config);
  const health = new HealthRegistry();
  const runnables: Runnable[] = [];
  let running: RunningService | undefined;

  const fatal = (error: unknown): void => {
    logger.error('fatal: the process ends', { error });
    if (running) void running.stop(1);
    else process.exit(1);
  };
  const kit: ServiceKit<C> = {
    config,
    logger,
    health,
    add: (runnable) => void runnables.push(runnable),
    fatal,
  };

  const module = await definition.wire(kit);
  const adapter = new FastifyAdapter({
    bodyLimit: definition.bodyLimit ?? 1024 * 1024,
    forceCloseConnections: true,
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: ['error', 'fatal'],
    bodyParser: false,
  });
  app.useGlobalFilters(new ProblemFilter(logger));
  serveHealth(app, health);
  definition.prepare?.(app);
  let starting = true;
  health.add({ name: 'start', problem: () => (starting ? 'starting' : null) });
  await app.listen(config.BAILIWICK_HTTP_PORT, config.BAILIWICK_HTTP_HOST);

  let stopping: Promise<void> | undefined;
  const stop = (exitCode?: number): Promise<void> => {
    stopping ??= (async () => {
      health.drain();
      const deadline = setTimeout(() => process.exit(exitCode ?? 1), config.BAILIWICK_DRAIN_MS + 3000);
      deadline.unref();
      for (const runnable of runnables.toReversed())
        await runnable
          .stop()
          .catch((error: unknown) => logger.error('a part did not stop cleanly', { error }));
      await app.close();
      await telemetry.stop();
      clearTimeout(deadline);
      logger.info('stopped');
      if (exitCode !== undefined) process.exit(exitCode);
    })();
    return stopping;
  };
  running = { app, url: await app.getUrl(), stop };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(0));

  for (const runnable of runnables) await runnable.start();
  starting = false;
  logger.info('started', { url: running.url });
  return running;
}

/**
 * Entry point of a service's `main.ts`: runs it and ends the process, with a log line that says why, when it cannot
 * start or meets an error that nobody handled.
 */
export function main<C extends BaseConfig>(define: () => ServiceDefinition<C>): void {
  const end = (error: unknown): void => {
    const fallback = {
      BAILIWICK_REGION: process.env['BAILIWICK_REGION'] ?? '',
      BAILIWICK_WORKLOAD: process.env['BAILIWICK_WORKLOAD'] ?? '',
      BAILIWICK_LOG_LEVEL: 'info' as const,
    };
    createLogger(fallback).error('the process cannot go on', { error });
    process.exit(1);
  };
  process.on('unhandledRejection', end);
  process.on('uncaughtException', end);
  Promise.resolve().then(define).then(runService).catch(end);
}

/** A root module made from values, so that `app.module.ts` of a service stays wiring only. */
@Module({})
export class RootModule {}
