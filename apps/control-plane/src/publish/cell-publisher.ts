import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlEntry } from '@bailiwick/contracts';
import { gauge, type HealthCheck, type Logger, type Runnable } from '@bailiwick/platform';
import { Sequence } from './sequence.js';
import { heartbeat, type Statement } from './statements.js';

/** How often a cell hears that the control-plane lives, in milliseconds. */
const HEARTBEAT_MS = 10_000;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;

/** How long a stop waits for what is being written, in milliseconds. */
const STOP_MS = 2_000;

/** The control topics of one cell: signs entries and writes them; resolves when the broker has all of them. */
export interface ControlTopics extends Runnable {
  readonly publish: (entries: readonly ControlEntry[]) => Promise<void>;
}

/** What a cell's services say of themselves as `bailiwick_control_sequence` when they run what was published. */
const PUBLISHED = gauge(
  'bailiwick_control_published_sequence',
  'Sequence of the newest control entry that a cell has, by kind',
  ['region', 'kind'],
);

/** What is in force. */
export interface InForce {
  /** All of it, as it stands now; throws when that cannot be known. */
  readonly statements: () => Promise<readonly Statement[]>;
  /** Calls the listener when something took effect. */
  readonly onChange: (listener: () => void) => void;
}

/**
 * Tells one cell everything that is in force, at once what changes, and then that the control-plane lives, for as long
 * as the process does. A cell that does not answer is tried again by itself and told everything anew, because nobody
 * knows what it still has; the other cells do not wait for it. While it cannot be known what is in force there is no
 * heartbeat either: that is what a cell measures by how old its word is.
 */
export class CellPublisher implements Runnable {
  readonly check: HealthCheck;
  readonly #stopping = new AbortController();
  #connected = false;
  #knowsAll = false;
  /** What the cell was told, by kind and id; a thing that has not changed has the same statement. */
  readonly #told = new Map<string, Statement>();
  /** The list that the cell was told last; the same one holds nothing new. */
  #said: readonly Statement[] = [];
  #heardAt = 0;
  #wake: () => void = () => undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(
    readonly region: string,
    private readonly inForce: InForce,
    private readonly topics: ControlTopics,
    private readonly logger: Logger,
    private readonly sequence: Sequence = new Sequence(),
  ) {
    this.check = {
      name: `cell ${region}`,
      problem: () => (this.published ? null : 'the cell does not hold what the control-plane says'),
    };
  }

  /** True while the cell holds everything and hears the heartbeat. */
  get published(): boolean {
    return this.#knowsAll && Date.now() - this.#heardAt < 3 * HEARTBEAT_MS;
  }

  /** Resolves at once: a cell that is down must not keep the others waiting. */
  async start(): Promise<void> {
    this.inForce.onChange(() => this.#wake());
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.race([this.#loop, sleep(STOP_MS, undefined, { ref: false })]);
    await this.topics.stop();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      const { promise: woken, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const startedAt = Date.now();
      try {
        await this.#tell();
        failures = 0;
      } catch (error) {
        if (failures++ === 0) this.logger.warn(`cell ${this.region} cannot be told`, { error });
      }
      // What went wrong or took long met a broker that was away, and may have come back empty.
      if (failures > 0 || Date.now() - startedAt > HEARTBEAT_MS) this.#knowsAll = false;
      const pause = sleep(pauseAfter(failures), undefined, { signal }).catch(() => undefined);
      await (failures > 0 ? pause : Promise.race([pause, woken]));
    }
  }

  async #tell(): Promise<void> {
    if (!this.#connected) await this.topics.start();
    this.#connected = true;
    if (!this.#knowsAll) this.#told.clear();
    const all = await this.inForce.statements();
    const statements =
      this.#knowsAll && all === this.#said ? [] : all.filter((statement) => this.#isNews(statement));
    const entries = statements.map((statement) => this.#entry(statement));
    if (entries.length > 0) await this.topics.publish(entries);
    for (const { kind, sequence } of entries) PUBLISHED.set({ region: this.region, kind }, sequence);
    for (const statement of statements) this.#told.set(keyOf(statement), statement);
    this.#said = all;
    // The heartbeat last: a cell where something could not be written hears none.
    await this.topics.publish([this.#entry(heartbeat(Date.now()))]);
    this.#heardAt = Date.now();
    if (statements.length > 0)
      this.logger.info(`cell ${this.region} knows everything`, { count: statements.length });
    this.#knowsAll = true;
  }

  #isNews(statement: Statement): boolean {
    return this.#told.get(keyOf(statement)) !== statement;
  }

  #entry(statement: Statement): ControlEntry {
    return { ...statement, sequence: this.sequence.next(), publishedAt: new Date().toISOString() };
  }
}

const keyOf = ({ kind, id }: Statement): string => `${kind}/${id}`;

const pauseAfter = (failures: number): number =>
  failures === 0 ? HEARTBEAT_MS : Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LONGEST_RETRY_MS);
