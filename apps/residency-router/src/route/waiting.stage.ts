import type { RecordClassified } from '@bailiwick/contracts';
import type { Stage } from '@bailiwick/kafka';
import { BailiwickError } from '@bailiwick/platform';
import { candidateOf } from './candidate.js';
import type { RouteParts } from './route-candidate.js';
import { routeStage } from './route.stage.js';
import type { Ways } from './routed-outcomes.js';

/**
 * Records that met no room wait here, each in the line of the pool that would answer. While there is still none the partition backs
 * off, so those behind wait too: they are for the same pool. Then they are decided on as if for the first time.
 */
export function waitingStage(parts: RouteParts & Ways): Stage<RecordClassified> {
  const route = routeStage(parts);
  return async (record, context) => {
    const candidate = candidateOf(record);
    if (candidate && parts.decisions.waitsFor(candidate) !== undefined)
      throw new BailiwickError('pool-refused', 'no pool that may answer has room');
    return route(record, context);
  };
}
