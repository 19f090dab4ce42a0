import { join } from 'node:path';

/** Paths of everything that a stack keeps. All of it lies under one folder, `.bailiwick` of the checkout by default. */
export class StackFolder {
  constructor(readonly path: string) {}

  /** Tells other programs where everything is. */
  get stackFile(): string {
    return join(this.path, 'stack.json');
  }
  get processTable(): string {
    return join(this.path, 'processes.json');
  }
  get identities(): string {
    return join(this.path, 'identities');
  }
  get keys(): string {
    return join(this.path, 'keys');
  }
  get logs(): string {
    return join(this.path, 'logs');
  }
  /** Configuration files that the stack writes for the parts that it starts. */
  config(name: string): string {
    return join(this.path, 'config', name);
  }
  /** Grants of a cell to analytics consumers, with their keys. */
  grants(region: string): string {
    return join(this.path, 'grants', `${region}.json`);
  }
  /** Data of a part: `data('eu-central', 'kafka')`. */
  data(...names: string[]): string {
    return join(this.path, 'data', ...names);
  }
  /** Log of a process. */
  log(region: string, workload: string): string {
    return join(this.logs, region, `${workload}.log`);
  }
}

/** The repository that this package lies in. */
export const REPOSITORY = join(import.meta.dirname, '..', '..', '..');

/** A program of this package as it runs: compiled, also when what starts it runs from the sources. */
export const ownProgram = (...path: readonly string[]): string =>
  join(REPOSITORY, 'tools', 'stack', 'dist', ...path);
