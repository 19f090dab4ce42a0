import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CellSpec } from '@bailiwick/domain';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { BailiwickError } from './bailiwick-error.js';
import { gauge } from './metrics.js';

const port = z.coerce.number().int().min(0).max(65_535);

/** A cell's spec read from the file that an environment variable names. */
const cellFile = z.string().transform((path, context): CellSpec => {
  try {
    return CellSpec.parse(parseYaml(readFileSync(path, 'utf8')));
  } catch (cause) {
    context.addIssue({
      code: 'custom',
      message: cause instanceof z.ZodError ? z.prettifyError(cause) : 'cannot be read',
    });
    return z.NEVER;
  }
});

/** A JSON file that an environment variable names, read and parsed; what is wrong is told without its content. */
export const jsonFile = <S extends z.ZodType>(schema: S): z.ZodType<z.output<S>, string> =>
  z.string().transform((path, context): z.output<S> => {
    try {
      return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch (cause) {
      const message = cause instanceof z.ZodError ? z.prettifyError(cause) : 'cannot be read as JSON';
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
  });

/** A list apart by commas of which every member looks as it must. */
export const listOf = (member: RegExp) =>
  z
    .string()
    .transform((text) => text.split(',').filter((part) => part !== ''))
    .pipe(z.array(z.string().regex(member)));

/** SPIFFE ids, apart by commas. */
export const spiffeIds = listOf(/^spiffe:\/\/[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)+$/);

/** Environment variables that every service reads. */
export const BaseConfig = z.object({
  /** Region of the process, for example `eu-central`. */
  BAILIWICK_REGION: z.string().min(1),
  /** Name of the process in its region, for example `inference-adapter.eu-shared`. */
  BAILIWICK_WORKLOAD: z.string().min(1),
  BAILIWICK_HTTP_HOST: z.string().default('127.0.0.1'),
  /** Port of health, metrics and the service's HTTP interface; 0 chooses one. */
  BAILIWICK_HTTP_PORT: port,
  /** Port of gRPC over TLS: `grpc.health.v1` and the service's gRPC interface, if it has one; 0 chooses one. */
  BAILIWICK_GRPC_PORT: port,
  /** PEM files of the process's certificate, key and the authority that it trusts. */
  BAILIWICK_TLS_CERT: z.string().min(1),
  BAILIWICK_TLS_KEY: z.string().min(1),
  BAILIWICK_TLS_CA: z.string().min(1),
  BAILIWICK_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** OTLP/HTTP endpoint of the cell's collector; absent: spans are made but not exported. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
  /** Share of traces that are recorded, 0 to 1, decided at the root. */
  BAILIWICK_TRACE_RATIO: z.coerce.number().min(0).max(1).default(1),
  /** How long a drain may take after SIGTERM, in milliseconds. */
  BAILIWICK_DRAIN_MS: z.coerce.number().int().positive().default(10_000),
});
export type BaseConfig = z.infer<typeof BaseConfig>;

/** Environment variables of a service that belongs to a cell. */
export const CellConfig = BaseConfig.extend({
  /** Path of the cell's spec, `infra/jurisdictions/<region>.yaml`. */
  BAILIWICK_CELL_FILE: cellFile,
  /** `host:port` of the cell's brokers, separated by commas. */
  BAILIWICK_KAFKA_BROKERS: z
    .string()
    .min(1)
    .transform((list) => list.split(',')),
  /** Path of the trust bundle. */
  BAILIWICK_TRUST_FILE: z.string().min(1),
});
export type CellConfig = z.infer<typeof CellConfig>;

/** Environment variables of a service with a database; the client certificate is its credential. */
export const DatabaseConfig = z.object({
  BAILIWICK_DATABASE_HOST: z.string().default('127.0.0.1'),
  BAILIWICK_DATABASE_PORT: port,
  BAILIWICK_DATABASE_NAME: z.string().default('bailiwick'),
});
export type DatabaseConfig = z.infer<typeof DatabaseConfig>;

/** Reads configuration from the environment; the error names every variable that is wrong, never its value. */
export function loadConfig<S extends z.ZodType>(
  schema: S,
  env: NodeJS.ProcessEnv = process.env,
): z.output<S> {
  const result = schema.safeParse(env);
  if (result.success) return result.data;
  const wrong = result.error.issues.map(
    (issue) => `${issue.path.join('.') || 'environment'}: ${issue.message}`,
  );
  throw new BailiwickError('config-invalid', `configuration is wrong — ${wrong.join('; ')}`);
}

/** Identity of the process. */
export const identityOf = (config: BaseConfig): { readonly region: string; readonly workload: string } => ({
  region: config.BAILIWICK_REGION,
  workload: config.BAILIWICK_WORKLOAD,
});

const CERTIFICATE_END = gauge(
  'bailiwick_tls_certificate_end_timestamp_seconds',
  'Time at which the certificate of the process ends, in seconds since the epoch',
  [],
);

/** The three PEM files of the process, read; when the certificate ends is told as a metric. */
export function readTls(config: BaseConfig): {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
} {
  const cert = readFileSync(config.BAILIWICK_TLS_CERT, 'utf8');
  CERTIFICATE_END.set(Date.parse(new X509Certificate(cert).validTo) / 1000);
  return {
    cert,
    key: readFileSync(config.BAILIWICK_TLS_KEY, 'utf8'),
    ca: readFileSync(config.BAILIWICK_TLS_CA, 'utf8'),
  };
}
