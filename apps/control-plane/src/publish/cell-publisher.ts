import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlEntry } from '@bailiwick/contracts';
import type { Logger, Runnable } from '@bailiwick/platform';
import { Sequence } from './sequence.js';
import { heartbeat, type Statement } from './statements.js';

/** How often a cell hears that the control-plane lives, in milliseconds. */
const HEARTBEAT_MS = 10_000;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;

/** Signs entries and writes them to the control topics of one cell; resolves when the broker has all of them. */
export interface ControlTopics {
  readonly publish: (entries: readonly ControlEntry[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Tells one cell everything, then that the control-plane lives, for as long as the process does. A cell that does
 * not answer is tried again by itself and told everything anew, because nobody knows what it still has; the other
 * cells do not wait for it.
 */
export class CellPublisher implements Runnable {
  readonly #stopping = new AbortController();
  #published = false;
  #loop: Promise<void> = Promise.resolve();

  constructor(
    readonly region: string,
    private readonly statements: readonly Statement[],
    private readonly topics: ControlTopics,
    private readonly logger: Logger,
    private readonly sequence: Sequence = new Sequence(),
  ) {}

  /** True while the cell holds everything and hears the heartbeat. */
  get published(): boolean {
    return this.#published;
  }

  /** Resolves at once: a cell that is down must not keep the others waiting. */
  async start(): Promise<void> {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await this.topics.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.#publish();
        failures = 0;
      } catch (error) {
        if (failures++ === 0) this.logger.warn(`cell ${this.region} cannot be told`, { error });
        this.#published = false;
      }
      const pause =
        failures === 0 ? HEARTBEAT_MS : Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LONGEST_RETRY_MS);
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  async #publish(): Promise<void> {
    const alive = heartbeat(Date.now());
    if (this.#published) {
      await this.topics.publish([this.#entry(alive)]);
      return;
    }
    // The heartbeat last: who hears it has everything that was said before it.
    await this.topics.publish(this.statements.map((statement) => this.#entry(statement)));
    await this.topics.publish([this.#entry(alive)]);
    this.#published = true;
    this.logger.info(`cell ${this.region} knows everything`, { count: this.statements.length });
  }

  #entry(statement: Statement): ControlEntry {
    return { ...statement, sequence: this.sequence.next(), publishedAt: new Date().toISOString() };
  }
}
