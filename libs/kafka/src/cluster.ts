import { kafkaPrefix, type Identity } from '@bailiwick/contracts';
import {
  identityOf,
  readTls,
  type BaseConfig,
  type CellConfig,
  type LogFields,
  type Logger,
} from '@bailiwick/platform';
import { Kafka, logLevel, type Admin, type LogEntry, type RetryOptions } from 'kafkajs';
import './kafkajs-request-queue.js';

/** Where a cluster is and as whom it is used. */
export interface ClusterOptions {
  readonly identity: Identity;
  /** `host:port` of the brokers to ask first. */
  readonly brokers: readonly string[];
  /** PEM texts of the client's certificate, its key and the authority it trusts; null only for a bare test broker. */
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string } | null;
  readonly logger: Logger;
}

/**
 * kafkajs waits its first retry even for `CONCURRENT_TRANSACTIONS`, which nearly every transaction under load meets
 * for some milliseconds, so a producer's first wait is short. The sum of all waits is about twelve seconds; NODE_ENV
 * changes kafkajs's defaults, so nothing is left to them.
 */
const PRODUCER_RETRY: RetryOptions = {
  initialRetryTime: 5,
  multiplier: 1.7,
  factor: 0.2,
  maxRetryTime: 1500,
  retries: 17,
};
const CONSUMER_RETRY: RetryOptions = {
  initialRetryTime: 50,
  multiplier: 2,
  factor: 0.2,
  maxRetryTime: 1500,
  retries: 10,
};

/** One Kafka cluster as seen by one identity. */
export class Cluster {
  readonly identity: Identity;
  /** Client for producers. */
  readonly producers: Kafka;
  /** Client for consumers and admin calls. */
  readonly consumers: Kafka;

  constructor(options: ClusterOptions) {
    this.identity = options.identity;
    const client = (retry: RetryOptions): Kafka =>
      new Kafka({
        clientId: `${options.identity.region}.${options.identity.workload}`,
        brokers: [...options.brokers],
        ...(options.tls ? { ssl: { ...options.tls } } : {}),
        retry,
        connectionTimeout: 5000,
        requestTimeout: 20_000,
        logLevel: logLevel.WARN,
        logCreator: () => (entry) => forward(options.logger, entry),
      });
    this.producers = client(PRODUCER_RETRY);
    this.consumers = client(CONSUMER_RETRY);
  }

  /** Name of a consumer group or transactional id that this identity may use. */
  name(suffix: string): string {
    return `${kafkaPrefix(this.identity)}${suffix}`;
  }

  admin(): Admin {
    return this.consumers.admin();
  }
}

/** The cluster of the process's own cell. */
export const clusterOf = (
  config: BaseConfig & Pick<CellConfig, 'BAILIWICK_KAFKA_BROKERS'>,
  logger: Logger,
): Cluster =>
  new Cluster({
    identity: identityOf(config),
    brokers: config.BAILIWICK_KAFKA_BROKERS,
    tls: readTls(config),
    logger,
  });

/** Of kafkajs's log entries the part, the error's type and the start of its message pass; none quotes content. */
function forward(logger: Logger, { level, namespace, log }: LogEntry): void {
  const fields: LogFields = {
    stage: namespace,
    ...(typeof log['type'] === 'string' ? { code: log['type'] } : {}),
    reason: typeof log['error'] === 'string' ? log['error'].slice(0, 160) : log.message.slice(0, 160),
  };
  // Nearly every transaction under load meets this for some milliseconds, and its retry is no news.
  const routine = /concurrent operation on the same transaction/i.test(fields.reason ?? '');
  if (level <= logLevel.ERROR && !routine) logger.warn('kafka client', fields);
  else logger.debug('kafka client', fields);
}
