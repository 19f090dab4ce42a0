import type { PoolEngine } from './parts/pool.js';
import { REPOSITORY, StackFolder } from './stack-folder.js';

/** How a stack is started. Everything has a default; tests and benchmarks change some of it. */
export interface StackOptions {
  /** Folder of everything that the stack keeps; `.bailiwick` of the checkout by default. */
  readonly dir?: string;
  /** Regions to start, in this order; all that `infra/jurisdictions` declares by default. */
  readonly cells?: readonly string[];
  /** Which workloads of a cell run; all by default. The parts (brokers, databases) always do. */
  readonly services?: (region: string, workload: string) => boolean;
  /** `instant` answers without a model, for benchmarks. */
  readonly poolEngine?: PoolEngine;
  /** The sample CRM takes writes in any case; this says whether it also streams the sample day. */
  readonly sampleDay?: 'off' | 'once' | 'repeat';
  /** Well-known ports, each replaced when taken, or any free ones. */
  readonly ports?: 'preferred' | 'any';
  /**
   * `build` builds one in the background where none is there; `wait` does too, and the stack is ready only when it
   * runs; `if-there` only takes one that is; `off` has none.
   */
  readonly jaeger?: 'build' | 'wait' | 'if-there' | 'off';
  /** Added to the environment of every service of the mesh. */
  readonly env?: Readonly<Record<string, string>>;
  /** Brokers, databases and Jaeger as processes of this machine, or as containers. */
  readonly parts?: 'native' | 'docker';
  /** Ends a start that is under way. */
  readonly signal?: AbortSignal;
  /** Hears what happens, in sentences; nobody by default. */
  readonly say?: (line: string) => void;
}

/** The options with their defaults. */
export type ResolvedOptions = Required<Omit<StackOptions, 'dir' | 'cells'>> & {
  readonly folder: StackFolder;
  readonly cells: readonly string[] | null;
};

/** Fills in the defaults. */
export function resolveOptions(options: StackOptions): ResolvedOptions {
  return {
    folder: new StackFolder(options.dir ?? `${REPOSITORY}/.bailiwick`),
    cells: options.cells ?? null,
    services: options.services ?? (() => true),
    poolEngine: options.poolEngine ?? 'llama',
    sampleDay: options.sampleDay ?? 'off',
    ports: options.ports ?? 'preferred',
    jaeger: options.jaeger ?? 'if-there',
    env: options.env ?? {},
    parts: options.parts ?? 'native',
    signal: options.signal ?? new AbortController().signal,
    say: options.say ?? (() => undefined),
  };
}
