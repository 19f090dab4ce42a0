import { CrossingServiceClient, type CountArrivalsResponse } from '@bailiwick/contracts';
import { answerOf, createClient, type ClientTls } from '@bailiwick/grpc';
import { BailiwickError, type Logger } from '@bailiwick/platform';
import { MOST_ASKED } from './crossing.grpc.js';

/** A cell whose lineage can be asked. */
export interface NeighbourCell {
  readonly region: string;
  /** `host:port` of its gRPC interface. */
  readonly grpc: string;
}

/** How long an answer may take: the other lineage waits until its books are settled. */
const DEADLINE_MS = 15_000;

/** Asks the lineage of other cells what arrived there. */
export class NeighbourBooks {
  readonly #clients: ReadonlyMap<string, CrossingServiceClient>;
  readonly #silent = new Set<string>();

  constructor(
    cells: readonly NeighbourCell[],
    tls: ClientTls,
    private readonly logger: Logger,
  ) {
    const limits = { deadlineMs: DEADLINE_MS };
    this.#clients = new Map(
      cells.map(({ region, grpc }) => [region, createClient(CrossingServiceClient, grpc, tls, limits)]),
    );
  }

  /** How often records arrived in a region, by event; null when its lineage does not say so now. Never rejects. */
  async arrivals(region: string, eventIds: readonly string[]): Promise<ReadonlyMap<string, number> | null> {
    const client = this.#clients.get(region);
    if (!client) return null;
    try {
      const counts = new Map<string, number>();
      for (let next = 0; next < eventIds.length; next += MOST_ASKED) {
        const some = eventIds.slice(next, next + MOST_ASKED);
        const { arrivals } = await answerOf<CountArrivalsResponse>((done) =>
          client.countArrivals({ eventIds: some }, done),
        );
        for (const { eventId, count } of arrivals) counts.set(eventId, count);
      }
      this.#silent.delete(region);
      return counts;
    } catch (thrown) {
      if (!this.#silent.has(region))
        this.logger.warn('another cell does not say what arrived there; the next sweep asks again', {
          reason: region,
          error: BailiwickError.from(thrown),
        });
      this.#silent.add(region);
      return null;
    }
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }
}
