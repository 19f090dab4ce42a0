import { join } from 'node:path';
import type { ProcessSpec } from '../managed-process.js';
import { cacheFolder } from './kafka-distribution.js';

/** Heap of a service in MB: it stays under 200 MB resident. */
const HEAP_MB = 160;
/** A small young generation costs a few more collections and saves tens of megabytes in each of twenty processes. */
const FLAGS = ['--max-semi-space-size=8', '--enable-source-maps'];

/** A process of this runtime: a service of the mesh or a part of the stack. */
export interface NodeProcessOptions {
  readonly region: string;
  readonly workload: string;
  /** Its entry point, compiled. */
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly ready: ProcessSpec['ready'];
  /** Most that its heap may hold, in MB, where that is not what services have. */
  readonly heapMb?: number;
  /** Further flags of the runtime, instead of those of a service. */
  readonly flags?: readonly string[];
}

/** Spec of such a process. Its environment is what is given and nothing of the parent's but PATH and HOME. */
export function nodeProcess(options: NodeProcessOptions): ProcessSpec {
  const { region, workload, script, env, logFile, ready, heapMb = HEAP_MB, flags = FLAGS } = options;
  return {
    name: `${region}/${workload}`,
    command: process.execPath,
    args: [`--max-old-space-size=${heapMb}`, ...flags, script],
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      NODE_ENV: 'production',
      NODE_COMPILE_CACHE: join(cacheFolder(), 'compile-cache'),
      UV_THREADPOOL_SIZE: '2',
      ...env,
    },
    logFile,
    ready,
    readyWithinMs: 120_000,
    stopSignal: 'SIGTERM',
    graceMs: 15_000,
  };
}
