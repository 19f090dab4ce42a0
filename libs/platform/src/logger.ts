import { trace } from '@opentelemetry/api';
import { pino, type Logger as PinoLogger } from 'pino';
import { BailiwickError, describeCause } from './bailiwick-error.js';
import type { BaseConfig } from './config.js';

/** Fields that a log line may carry: identifiers, codes, counts and durations. Content has no field. */
export interface LogFields {
  readonly event?: string;
  readonly tenant?: string;
  readonly purpose?: string;
  readonly topic?: string;
  readonly partition?: number;
  readonly offset?: string;
  readonly lane?: string;
  readonly stage?: string;
  readonly pool?: string;
  readonly code?: string;
  readonly reason?: string;
  readonly count?: number;
  readonly attempt?: number;
  readonly durationMs?: number;
  readonly url?: string;
  readonly version?: string | number;
  /** Any thrown thing: logged as code, detail and the classes of its causes. */
  readonly error?: unknown;
}

/** Structured logger; the message is a fixed sentence, what varies is in the fields. */
export interface Logger {
  readonly debug: (message: string, fields?: LogFields) => void;
  readonly info: (message: string, fields?: LogFields) => void;
  readonly warn: (message: string, fields?: LogFields) => void;
  readonly error: (message: string, fields?: LogFields) => void;
}

function render({ error, ...fields }: LogFields): Record<string, unknown> {
  const spanContext = trace.getActiveSpan()?.spanContext();
  const line: Record<string, unknown> = spanContext ? { ...fields, traceId: spanContext.traceId } : fields;
  if (error === undefined) return line;
  const known = BailiwickError.from(error);
  return { ...line, code: known.code, detail: known.detail, cause: describeCause(known.cause ?? error) };
}

/** Makes the process's logger: JSON lines on standard output. */
export function createLogger(
  config: Pick<BaseConfig, 'BAILIWICK_REGION' | 'BAILIWICK_WORKLOAD' | 'BAILIWICK_LOG_LEVEL'>,
): Logger {
  const base: PinoLogger = pino({
    level: config.BAILIWICK_LOG_LEVEL,
    base: { region: config.BAILIWICK_REGION, workload: config.BAILIWICK_WORKLOAD },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
  return {
    debug: (message, fields = {}) => base.debug(render(fields), message),
    info: (message, fields = {}) => base.info(render(fields), message),
    warn: (message, fields = {}) => base.warn(render(fields), message),
    error: (message, fields = {}) => base.error(render(fields), message),
  };
}

/** A logger that says nothing, for tests and tools. */
export const SILENT: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
