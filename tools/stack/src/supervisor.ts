import { setTimeout as sleep } from 'node:timers/promises';
import { ManagedProcess } from './managed-process.js';

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 10_000;
/** A process that lived this long is taken for well: its next end starts again at the first delay. */
const WELL_AFTER_MS = 30_000;
/** How often a process that was stopped by hand is looked at, in milliseconds. */
const LOOK_AGAIN_MS = 200;
/** Attempts to bring a process up at the start of the stack. */
const FIRST_STARTS = 3;

/** Something a supervisor noticed, in a sentence for people. */
export type Say = (line: string) => void;

/** Starts processes, starts those again that end unasked, and ends all of them in the reverse order. */
export class Supervisor {
  private readonly processes = new Map<string, ManagedProcess>();
  private readonly held: { stop(): Promise<unknown> }[] = [];
  private stopping = false;

  constructor(private readonly say: Say) {}

  /** Starts a process, waits until it is ready, and keeps it running from then on. */
  async start(process: ManagedProcess): Promise<void> {
    if (this.stopping) throw new Error('the stack is stopping');
    this.processes.set(process.name, process);
    for (let attempt = 1; ; attempt++) {
      try {
        await process.start();
        void this.watch(process);
        return;
      } catch (error) {
        if (this.stopping || attempt === FIRST_STARTS) {
          await process.stop();
          throw error;
        }
        this.say(`${process.name} did not start, once more`);
        await sleep(FIRST_DELAY_MS);
      }
    }
  }

  /** Takes a process that does its work once: it is not started again, but ended with the rest. */
  adopt(process: ManagedProcess): void {
    this.processes.set(process.name, process);
  }

  /** Takes something else that is to be ended with the stack, after all processes. */
  hold(part: { stop(): Promise<unknown> }): void {
    this.held.push(part);
  }

  /** Every process that was started here, by name. */
  get all(): ReadonlyMap<string, ManagedProcess> {
    return this.processes;
  }

  /** Ends everything: each group at once, the groups one after the other, the last started first. */
  async stop(groups: (name: string) => number): Promise<void> {
    this.stopping = true;
    const order = new Map<number, ManagedProcess[]>();
    for (const process of this.processes.values())
      order.set(groups(process.name), [...(order.get(groups(process.name)) ?? []), process]);
    for (const [, group] of [...order].sort(([a], [b]) => a - b))
      await Promise.all(group.map((process) => this.end(process)));
    await Promise.all(this.held.map((part) => part.stop()));
  }

  /** Ends everything at once, for an owner that ends in haste: nothing is waited for. */
  abandon(): void {
    this.stopping = true;
    for (const process of this.processes.values()) void process.kill();
  }

  private async end(process: ManagedProcess): Promise<void> {
    if ((await process.stop()) === 'hard') this.say(`${process.name} did not end in time and was killed`);
  }

  private async watch(process: ManagedProcess): Promise<void> {
    let delay = FIRST_DELAY_MS;
    let since = Date.now();
    while (!this.stopping) {
      const code = await process.end;
      if (!process.isWanted) {
        // Stopped by hand: whoever did that may start it again.
        await sleep(LOOK_AGAIN_MS, undefined, { ref: false });
        continue;
      }
      if (process.pid !== undefined) continue;
      if (Date.now() - since > WELL_AFTER_MS) delay = FIRST_DELAY_MS;
      this.say(
        `${process.name} ended (${code === null ? 'by a signal' : `exit ${code}`}), starting it again`,
      );
      await sleep(delay);
      delay = Math.min(delay * 2, LONGEST_DELAY_MS);
      if (this.stopping || !process.isWanted || process.pid !== undefined) continue;
      since = Date.now();
      await process
        .start()
        .catch((error: unknown) => this.say(error instanceof Error ? error.message : String(error)));
    }
  }
}
