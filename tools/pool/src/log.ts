import { pino, type Logger } from 'pino';

export type { Logger };

/** JSON lines on standard output. Callers log names, numbers and codes; never what was asked or answered. */
export function createLogger(pool: string): Logger {
  return pino({
    base: { service: 'pool', pool },
    formatters: { level: (level) => ({ level }) },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
}
