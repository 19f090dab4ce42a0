import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ManagedProcess, type ProcessSpec } from '../managed-process.js';
import { answersOk } from './http-ready.js';
import { cacheFolder } from './kafka-distribution.js';
import { writePrivate } from './write-config.js';

/** Version of Jaeger that is built or pulled. */
export const JAEGER_VERSION = '2.13.0';
const BUILD_SCRIPT = fileURLToPath(new URL('../../jaeger/build.sh', import.meta.url));

/** How this machine comes by a Jaeger. */
export type JaegerSource =
  | { readonly kind: 'binary'; readonly file: string }
  /** Can be built here with Go; `file` is what will be made. */
  | { readonly kind: 'buildable'; readonly file: string }
  | { readonly kind: 'container' }
  | { readonly kind: 'none' };

/** Looks for a Jaeger 2: on PATH, in the cache, or else for a Go that can build it. */
export function findJaeger(): JaegerSource {
  const cached = join(cacheFolder(), `jaeger-${JAEGER_VERSION}`);
  if (existsSync(cached)) return { kind: 'binary', file: cached };
  const onPath = findProgram('jaeger');
  if (onPath !== null) return { kind: 'binary', file: onPath };
  return findProgram('go') === null ? { kind: 'none' } : { kind: 'buildable', file: cached };
}

/** Builds Jaeger at the lowest priority; takes about five minutes of two cores. */
export function jaegerBuild(file: string, logFile: string): ManagedProcess['spec'] {
  const { PATH = '', HOME = '' } = process.env;
  const go = Object.entries(process.env).filter((entry): entry is [string, string] =>
    /^GO[A-Z]+$/.test(entry[0]),
  );
  return {
    name: 'control/jaeger-build',
    command: 'nice',
    args: ['-n', '19', 'bash', BUILD_SCRIPT, file],
    env: { PATH, HOME, ...Object.fromEntries(go) },
    logFile,
    ready: () => Promise.resolve(),
    readyWithinMs: 1_000,
    stopSignal: 'SIGTERM',
    graceMs: 3_000,
  };
}

/** Ports of 127.0.0.1 that Jaeger listens on. */
export interface JaegerPorts {
  readonly query: number;
  readonly queryGrpc: number;
  readonly otlpHttp: number;
  readonly otlpGrpc: number;
}

/** Jaeger with its traces in memory: they last as long as the stack. */
export async function jaegerProcess(
  file: string,
  ports: JaegerPorts,
  configFile: string,
  logFile: string,
): Promise<ProcessSpec> {
  await writePrivate(configFile, configuration(ports));
  return {
    name: 'control/jaeger',
    command: file,
    args: ['--config', configFile],
    env: { PATH: process.env['PATH'] ?? '', GOMEMLIMIT: '200MiB' },
    logFile,
    ready: (signal) => answersOk(`http://127.0.0.1:${ports.query}/api/services`, signal),
    readyWithinMs: 60_000,
    stopSignal: 'SIGTERM',
    graceMs: 5_000,
  };
}

const configuration = ({ query, queryGrpc, otlpHttp, otlpGrpc }: JaegerPorts): string => `
service:
  extensions: [jaeger_storage, jaeger_query]
  pipelines:
    traces: { receivers: [otlp], processors: [batch], exporters: [jaeger_storage_exporter] }
  telemetry:
    logs: { level: warn }
    metrics: { level: none }
extensions:
  jaeger_storage:
    backends:
      memory: { memory: { max_traces: 20000 } }
  jaeger_query:
    storage: { traces: memory }
    http: { endpoint: '127.0.0.1:${query}' }
    grpc: { endpoint: '127.0.0.1:${queryGrpc}' }
receivers:
  otlp:
    protocols:
      http: { endpoint: '127.0.0.1:${otlpHttp}' }
      grpc: { endpoint: '127.0.0.1:${otlpGrpc}' }
processors:
  batch: { timeout: 200ms }
exporters:
  jaeger_storage_exporter: { trace_storage: memory }
`;

function findProgram(name: string): string | null {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const file = join(folder, name);
    if (folder !== '' && existsSync(file)) return file;
  }
  return null;
}
