import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessTable } from './process-table.js';

/** How a process of the stack is started, known to be ready, and ended. */
export interface ProcessSpec {
  /** `<region>/<workload>`, for people and for the process table. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Takes standard output and standard error. */
  readonly logFile: string;
  /** Runs before each start. */
  readonly prepare?: () => Promise<void>;
  /** Resolves when the process does its work; rejects when the signal aborts. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
  /** Longest time from start to ready, in milliseconds. */
  readonly readyWithinMs: number;
  readonly stopSignal: NodeJS.Signals;
  /** Time between the stop signal and SIGKILL, in milliseconds. */
  readonly graceMs: number;
  /** Another user of this machine to run as. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** One process of the stack. Ended only by its own id; it may be started again after any end. */
export class ManagedProcess {
  private child: ChildProcess | undefined;
  private ended: Promise<number | null> = Promise.resolve(null);
  private wanted = false;
  private starting: Promise<void> | undefined;

  constructor(
    readonly spec: ProcessSpec,
    private readonly table?: ProcessTable,
  ) {}

  get name(): string {
    return this.spec.name;
  }

  /** Process id, or undefined while it does not run. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** True from `start` to `stop`: an end in between was not asked for here. */
  get isWanted(): boolean {
    return this.wanted;
  }

  /** Resolves with the exit code (null: by a signal) when the present run has ended. */
  get end(): Promise<number | null> {
    return this.ended;
  }

  /**
   * Starts it, unless it runs already, and waits until it is ready. Rejects with where its story is told when it ends
   * or is late; then it does not run. Calls at the same time are one start.
   */
  start(): Promise<void> {
    this.starting ??= this.bringUp().finally(() => {
      this.starting = undefined;
    });
    return this.starting;
  }

  private async bringUp(): Promise<void> {
    if (!this.child) await this.spawn();
    try {
      await this.whenReady();
    } catch (error) {
      await this.terminate();
      throw error;
    }
  }

  /** Starts it without waiting. */
  async spawn(): Promise<void> {
    const { command, args, env, logFile, user } = this.spec;
    this.wanted = true;
    await this.spec.prepare?.();
    mkdirSync(dirname(logFile), { recursive: true });
    const log = openSync(logFile, 'a');
    // A group of its own: Ctrl-C in the terminal reaches the supervisor only, which then stops all in order.
    const child = spawn(command, [...args], {
      env: { ...env },
      stdio: ['ignore', log, log],
      detached: true,
      ...user,
    });
    closeSync(log);
    this.child = child;
    this.ended = new Promise<number | null>((done) => {
      child.once('exit', done).once('error', () => done(null));
    }).then(async (code) => {
      if (this.child === child) this.child = undefined;
      if (child.pid !== undefined) await this.table?.remove(child.pid);
      return code;
    });
    if (child.pid !== undefined) await this.table?.add(this.name, child.pid);
  }

  /** Waits until the present run is ready. */
  async whenReady(): Promise<void> {
    const { readyWithinMs, logFile } = this.spec;
    const gone = new AbortController();
    const early = this.ended.then((code) => {
      throw new Error(`${this.name} ended before it was ready (exit ${code ?? 'by signal'}), see ${logFile}`);
    });
    early.catch(() => undefined);
    const late = sleep(readyWithinMs, undefined, { signal: gone.signal, ref: false }).then(() => {
      throw new Error(`${this.name} was not ready within ${readyWithinMs} ms, see ${logFile}`);
    });
    try {
      await Promise.race([this.spec.ready(gone.signal), early, late]);
    } finally {
      gone.abort();
      late.catch(() => undefined);
    }
  }

  /** Ends it politely, then hard after its grace; tells whether it had to be hard. */
  async stop(): Promise<'polite' | 'hard'> {
    this.wanted = false;
    return this.terminate();
  }

  private async terminate(): Promise<'polite' | 'hard'> {
    const child = this.child;
    if (!child) return 'polite';
    child.kill(this.spec.stopSignal);
    const killed = await Promise.race([
      this.ended.then(() => false),
      sleep(this.spec.graceMs, true, { ref: false }),
    ]);
    if (killed) child.kill('SIGKILL');
    await this.ended;
    return killed ? 'hard' : 'polite';
  }

  /** Ends it at once, as a crash would. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.child?.kill(signal);
    await this.ended;
  }

  /** Ends it at once and for good, when nobody needs any more what it would still put in order on its disk. */
  discard(): Promise<void> {
    this.wanted = false;
    return this.kill();
  }

  /** Ends it if it runs, starts it again, and waits until it is ready. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }
}
