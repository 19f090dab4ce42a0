import { BailiwickError } from './bailiwick-error.js';
import type { Logger } from './logger.js';
import type { Runnable } from './service.js';

const HOUR_MS = 3_600_000;

/** Looks again and again for what is over, and takes it away. A sweep that fails is said, and the next one does it. */
export abstract class RecurringSweep implements Runnable {
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(
    protected readonly logger: Logger,
    /** What is said of a sweep that failed. */
    private readonly failed: string,
    /** From one sweep to the next, in milliseconds. */
    private readonly everyMs = HOUR_MS,
  ) {}

  /** Takes away what is over now; returns how far it came. */
  abstract sweep(): Promise<number>;

  /** A sweep in work is to end with its page. */
  protected get isStopped(): boolean {
    return this.#stopped;
  }

  start(): Promise<void> {
    this.#timer = setInterval(() => {
      this.#sweeping = this.sweep().catch((thrown: unknown) => {
        this.logger.warn(this.failed, { error: BailiwickError.from(thrown) });
      });
    }, this.everyMs).unref();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#sweeping;
  }
}
