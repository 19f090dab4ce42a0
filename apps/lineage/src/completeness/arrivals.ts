import { topicNames } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import type { TopicProgress } from '@bailiwick/kafka';
import { BailiwickError, databaseError } from '@bailiwick/platform';
import type { Pool } from 'pg';
import { readersOf, readersOfFacts, untilReached } from './settled.js';

/** How long an answer may take, in milliseconds: whoever asks comes again. */
const PATIENCE_MS = 10_000;

/**
 * What came over the border into this cell, by the facts of what became of it. Each delivery out of the inbox makes one at least, which is called after it,
 * and a message lies in the inbox before its sender's lineage can know that it was sent: so an answer that waits until the inbox is
 * settled leaves out nothing.
 */
export class Arrivals {
  readonly #inbox: string;

  constructor(
    private readonly cell: CellSpec,
    private readonly progress: Pick<TopicProgress, 'ends' | 'reached'>,
    private readonly database: Pool,
    private readonly patienceMs = PATIENCE_MS,
  ) {
    this.#inbox = topicNames(cell.jurisdiction).inbox;
  }

  /** Deliveries of events; none of one that never came. Throws `books-not-settled` while that cannot be said, and `database-unavailable`. */
  async count(eventIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    await this.#settled();
    const { rows } = await this.database
      .query<{ event_id: string; deliveries: number }>(
        `SELECT event_id, count(DISTINCT substring(fact_id FROM $2))::int AS deliveries FROM lineage.fact
         WHERE event_id = ANY($1) GROUP BY event_id`,
        [[...eventIds], `/${this.#inbox.replaceAll('.', String.raw`\.`)}/(\\d+/\\d+)`],
      )
      .catch((thrown: unknown) => {
        throw databaseError(thrown);
      });
    return new Map(rows.map(({ event_id: event, deliveries }) => [event, deliveries]));
  }

  async #settled(): Promise<void> {
    const { cell, progress } = this;
    const signal = AbortSignal.timeout(this.patienceMs);
    try {
      const inbox = await progress.ends([this.#inbox]);
      await untilReached(progress, inbox, readersOf(cell, [this.#inbox]), signal);
      const facts = readersOfFacts(cell);
      await untilReached(progress, await progress.ends([...facts.keys()]), facts, signal);
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
      throw new BailiwickError('books-not-settled', 'the inbox, or the facts of it, are not settled yet');
    }
  }
}
