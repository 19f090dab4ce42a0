import { spiffeId, type CrossingServiceServer } from '@bailiwick/contracts';
import { handlers } from '@bailiwick/grpc';
import { BailiwickError, type Logger } from '@bailiwick/platform';
import type { Arrivals } from './arrivals.js';

/** Events that one question may name. */
export const MOST_ASKED = 1000;

/** `CrossingService`: for the lineage of the cells of these regions. */
export function crossingService(
  arrivals: Pick<Arrivals, 'count'>,
  regions: readonly string[],
  logger: Logger,
): CrossingServiceServer {
  const { unary } = handlers(logger);
  const neighbours = new Set(regions.map((region) => spiffeId({ region, workload: 'lineage' })));
  return {
    countArrivals: unary(async ({ eventIds }, { peer }) => {
      if (peer === null || !neighbours.has(peer))
        throw new BailiwickError(
          'certificate-not-permitted',
          'only the lineage of another cell is told what came from there',
        );
      if (eventIds.length > MOST_ASKED)
        throw new BailiwickError('query-invalid', `a question names ${MOST_ASKED} events at most`);
      const counts = await arrivals.count(eventIds);
      return { arrivals: [...counts].map(([eventId, count]) => ({ eventId, count })) };
    }),
  };
}
