import type { RecordClassified } from '@bailiwick/contracts';
import type { Stage } from '@bailiwick/kafka';
import { BailiwickError } from '@bailiwick/platform';
import { candidateOf } from './candidate.js';
import { custodyFailure } from './custody-failure.js';
import { routeCandidate, type RouteParts } from './route-candidate.js';
import { routedOutcomes, type Ways } from './routed-outcomes.js';

/** From a minimised record to a request for one pool, a crossing, or a held record. */
export const routeStage =
  (parts: RouteParts & Ways): Stage<RecordClassified> =>
  async (record) => {
    const candidate = candidateOf(record);
    if (!candidate) throw new BailiwickError('record-undecodable', 'the record carries no content');
    try {
      return routedOutcomes(await routeCandidate(candidate, parts), candidate, parts);
    } catch (thrown) {
      return custodyFailure(thrown);
    }
  };
