import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { StackFile } from '@bailiwick/stack';

/** What the process that makes the noise is told: how many records a second to send from now on; 0 is silence. */
export interface NoiseOrder {
  readonly perSecond: number;
}

/** What it says once it is silent: what it did since it was silent last. */
export interface NoiseDone {
  readonly sent: number;
  readonly refused: number;
}

/** Another tenant's client, in a process of its own, so that it does not keep the one that measures from its clock. */
export class Noise {
  private constructor(private readonly process: ChildProcess) {}

  static start(stackFile: StackFile, tenant: string): Noise {
    const made = fork(fileURLToPath(new URL('./noise-process.js', import.meta.url)), [tenant]);
    made.send(stackFile);
    return new Noise(made);
  }

  /** Sends evenly from now on, whatever the answers. */
  send(perSecond: number): void {
    this.process.send({ perSecond } satisfies NoiseOrder);
  }

  /** Ends the sending, and waits for the answers that are out. */
  async silence(): Promise<NoiseDone> {
    const done = once(this.process, 'message') as Promise<[NoiseDone]>;
    this.send(0);
    return (await done)[0];
  }

  async stop(): Promise<void> {
    const ended = once(this.process, 'exit');
    this.process.disconnect();
    await ended;
  }
}
