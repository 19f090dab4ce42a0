import { setTimeout as sleep } from 'node:timers/promises';
import { BailiwickError, type Logger, type Runnable } from '@bailiwick/platform';
import type { LogLedger } from '../log/log-ledger.js';
import type { RecordStore } from '../read/record-store.js';
import { OPERATOR } from '../scope/read-scope.js';
import type { OpenLineageStore } from './open-lineage-store.js';
import { runEvents, type RunEvent } from './run-events.js';

/** Longest wait after failures, in milliseconds. */
const LONGEST_WAIT_MS = 60_000;
/** Longest wait for one answer of the endpoint. */
const PATIENCE_MS = 10_000;
/** Entries of the log that are told of before it is kept how far it went. */
const PAGE = 500;

/** What telling works with. */
export interface EmitterParts {
  /** Takes run events by POST, for example Marquez's `/api/v1/lineage`. */
  readonly url: string;
  readonly log: Pick<LogLedger, 'head'>;
  readonly store: Pick<OpenLineageStore, 'told' | 'keepTold' | 'movedBetween'>;
  readonly records: Pick<RecordStore, 'record'>;
  /** Milliseconds from one look at the log to the next. */
  readonly everyMs: number;
  readonly logger: Logger;
}

/**
 * Tells an OpenLineage endpoint of every record that comes to an end or is held, at least once and in the order of the log. An endpoint that is
 * away delays nothing but this; what it refuses is passed over, with a line in the log.
 */
export class OpenLineageEmitter implements Runnable {
  readonly #abort = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(private readonly parts: EmitterParts) {}

  start(): Promise<void> {
    this.#running = this.#run();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    const { everyMs } = this.parts;
    let wait = everyMs;
    while (!signal.aborted)
      try {
        await sleep(wait, undefined, { signal });
        await this.#tell();
        wait = everyMs;
      } catch (thrown) {
        if (signal.aborted) return;
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
        this.parts.logger.warn('OpenLineage was not told', { error: BailiwickError.from(thrown) });
      }
  }

  async #tell(): Promise<void> {
    const { log, store, records } = this.parts;
    const { size } = await log.head();
    for (let from = await store.told(); from < size;) {
      const end = Math.min(from + PAGE, size);
      for (const eventId of await store.movedBetween(from, end)) {
        const { summary, facts } = await records.record(OPERATOR, eventId);
        for (const event of runEvents(summary, facts)) await this.#post(event);
      }
      await store.keepTold(end);
      from = end;
    }
  }

  async #post(event: RunEvent): Promise<void> {
    const { url, logger } = this.parts;
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(event),
      signal: AbortSignal.any([this.#abort.signal, AbortSignal.timeout(PATIENCE_MS)]),
    }).catch((cause: unknown) => {
      throw new BailiwickError('openlineage-unavailable', 'the OpenLineage endpoint does not answer', {
        cause,
      });
    });
    await answer.arrayBuffer();
    if (answer.ok) return;
    if (answer.status >= 500 || answer.status === 429)
      throw new BailiwickError(
        'openlineage-unavailable',
        `the OpenLineage endpoint answers ${answer.status}`,
      );
    logger.error('OpenLineage refused an event', { reason: `HTTP ${answer.status}` });
  }
}
