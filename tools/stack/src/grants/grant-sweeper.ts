import { setTimeout as sleep } from 'node:timers/promises';
import { endGrantsThatAreOver, type GrantEnding } from './end-grants.js';

/** Often enough that a consumer reads on for seconds, not for a day; a sweep without anything to end reads one small file. */
const EVERY_MS = 10_000;

/** Ends grants when they are over, without anybody's doing, for as long as the stack runs. */
export class GrantSweeper {
  readonly #abort = new AbortController();

  private constructor(
    private readonly ending: GrantEnding,
    private readonly say: (line: string) => void,
  ) {}

  /** Sweeps from now on until it is stopped; `say` hears what was ended, and once when that fails. */
  static start(ending: GrantEnding, say: (line: string) => void, everyMs = EVERY_MS): GrantSweeper {
    const sweeper = new GrantSweeper(ending, say);
    void sweeper.#run(everyMs);
    return sweeper;
  }

  /** Begins no other sweep. One under way is not waited for: its broker may be gone, and the next start goes on with it. */
  stop(): Promise<void> {
    this.#abort.abort();
    return Promise.resolve();
  }

  async #run(everyMs: number): Promise<void> {
    const { signal } = this.#abort;
    const { region } = this.ending.cell;
    let failing = false;
    while (!signal.aborted) {
      try {
        for (const { id } of await endGrantsThatAreOver(this.ending))
          this.say(`${region}: grant ${id} was over and is ended`);
        failing = false;
      } catch (error) {
        if (!failing && !signal.aborted)
          this.say(
            `${region}: grants that are over cannot be ended yet: ${error instanceof Error ? error.message : String(error)}`,
          );
        failing = true;
      }
      await sleep(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
