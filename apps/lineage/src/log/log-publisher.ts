import { BailiwickError, type HealthCheck, type Logger, type Runnable } from '@bailiwick/platform';
import {
  EMPTY_EDGE,
  edgeFiles,
  LogFault,
  edgeFrontier,
  openCheckpoint,
  readRightEdge,
  signCheckpoint,
  writeTiles,
  type Frontier,
  type RightEdge,
  type SigningKey,
} from '@bailiwick/tlog';
import type { LogFolder } from './log-folder.js';
import type { LogLedger } from './log-ledger.js';
import { logSize, publishSeconds } from './log-metrics.js';

/** Entries that are read and written at once. */
const PAGE = 4096;
/** Publications after which old checkpoints are thinned out. */
const THIN_EVERY = 60;

/** What publishing works with. */
export interface PublisherParts {
  readonly ledger: LogLedger;
  readonly folder: LogFolder;
  /** Key of the log, whose name is its origin. */
  readonly key: SigningKey;
  /** Adds the cosignatures of witnesses to the note of a log of a size. */
  readonly cosign: (note: string, size: number) => Promise<string>;
  /** Milliseconds from one publication to the next. */
  readonly everyMs: number;
  readonly logger: Logger;
}

/**
 * Publishes what the database holds of the log: tiles first, then the checkpoint that speaks of them. The files are made
 * of the entries alone, so any process of the cell makes the same ones, and a folder that is lost is made anew from the first entry
 * that is kept.
 */
export class LogPublisher implements Runnable {
  #edge: RightEdge = EMPTY_EDGE;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #stopped = false;
  #published = 0;
  #problem: string | null = 'the log is not published yet';

  constructor(private readonly parts: PublisherParts) {}

  /** Not ready while the log cannot be published. */
  readonly check: HealthCheck = { name: 'log', problem: () => this.#problem };

  /** Entries that are published. */
  get size(): number {
    return this.#edge.size;
  }

  async start(): Promise<void> {
    await this.parts.ledger.open();
    this.#edge = await this.#resume();
    this.#next(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#turn;
  }

  #next(ms: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#turn = this.#publish().then(() => this.#next(this.parts.everyMs));
    }, ms);
  }

  /** Where the folder stands. Throws `log-broken` when it is ahead of the database: what was published would be taken back. */
  async #resume(): Promise<RightEdge> {
    const { folder, key, ledger, logger } = this.parts;
    const note = await folder.checkpoint();
    if (note === null) return this.#anew();
    const opened = openCheckpoint(note, key.name, [key.verifier]);
    if (!opened.ok)
      throw new BailiwickError(
        'log-broken',
        `the folder of the log holds a checkpoint of another: ${opened.reason}`,
      );
    const { size, root } = opened.value.checkpoint;
    const head = await ledger.head();
    if (size > head.size)
      throw new BailiwickError(
        'log-broken',
        `${size} entries of the log were published and the database holds ${head.size}: it was put back to an earlier state`,
      );
    try {
      return await readRightEdge({ size, root: () => root }, folder.read);
    } catch (thrown) {
      if (!(thrown instanceof LogFault)) throw thrown;
      logger.warn('the files of the log are damaged and are made anew', { error: thrown });
      await folder.clear();
      return this.#anew();
    }
  }

  /** Where files begin that are made anew: at the first entry that is kept. */
  async #anew(): Promise<RightEdge> {
    const { folder, ledger } = this.parts;
    const edge = await ledger.keptEdge();
    await folder.write(edgeFiles(edge));
    return edge;
  }

  async #publish(): Promise<void> {
    const { ledger, logger } = this.parts;
    const done = publishSeconds.startTimer();
    try {
      const head = await ledger.head();
      if (head.size > this.#edge.size || this.#published === 0) {
        await this.#write(head);
        await this.#sign(head);
      }
      this.#problem = null;
      logSize.set(head.size);
      done({ outcome: 'published' });
    } catch (thrown) {
      const error = BailiwickError.from(thrown);
      if (this.#problem === null) logger.error('the log is not published', { error });
      this.#problem = error.detail;
      done({ outcome: error.code });
    }
  }

  async #write(head: Frontier): Promise<void> {
    const { ledger, folder } = this.parts;
    while (this.#edge.size < head.size) {
      const { entries, hashes } = await ledger.entries(this.#edge.size, head.size, PAGE);
      const { files, edge } = writeTiles(this.#edge, entries, hashes);
      await folder.write(files);
      this.#edge = edge;
    }
    if (!Buffer.from(edgeFrontier(this.#edge).root()).equals(head.root()))
      throw new BailiwickError('log-broken', 'entries in the database are not those that were logged');
  }

  async #sign(head: Frontier): Promise<void> {
    const { ledger, folder, key, cosign } = this.parts;
    const note = signCheckpoint({ origin: key.name, size: head.size, root: head.root() }, [key]);
    const published = await cosign(note, head.size);
    await folder.writeCheckpoint(published);
    if (head.size > 0) await ledger.published(head.size, published);
    this.#published += 1;
    if (this.#published % THIN_EVERY === 0) await ledger.thinOut();
  }
}
