import {
  EVENT_TYPES,
  spiffeId,
  withoutPoolKey,
  type InferenceRequest,
  type TrustBundle,
} from '@bailiwick/contracts';
import { emit, type Outcome, type Stage } from '@bailiwick/kafka';
import { BailiwickError } from '@bailiwick/platform';
import { signedClaims } from '@bailiwick/receipt';
import { candidateAgain } from './candidate.js';
import { custodyFailure } from './custody-failure.js';
import { routeCandidate, type RouteParts } from './route-candidate.js';
import { routedOutcomes, type Leave, type Ways } from './routed-outcomes.js';
import { refused, trustedReceipt } from './trusted-receipt.js';

/** What deciding again works with. */
export interface AgainParts extends RouteParts, Ways {
  readonly trust: TrustBundle;
}

/** Why a request goes back to the cell that decided on it. */
export type ReturnReason = 'receipt-expired' | 'receipt-not-yet' | 'profile-changed';

/** From a request whose receipt expired in a queue to a new decision: here, or in the cell that it came from. */
export const returnedStage =
  (parts: AgainParts): Stage<InferenceRequest> =>
  async (request) =>
    request.homeRegion === parts.cell.region
      ? decideAgain(request, parts)
      : sendHome(request, parts, reasonIn(request, parts));

/** Why a pool of this cell gave a request back: whatever its receipt's age does not explain, the newer profile does. */
function reasonIn(
  { receipt, homeRegion }: InferenceRequest,
  { trust, now = Date.now }: AgainParts,
): ReturnReason {
  const home = spiffeId({ region: homeRegion, workload: 'residency-router' });
  const exp = signedClaims(receipt, trust.signers[home] ?? [])?.exp ?? 0;
  return now() < exp * 1000 ? 'profile-changed' : 'receipt-expired';
}

/** Decides on a request of this cell as if it had never been decided, from what its receipt says of its labels. */
export async function decideAgain(
  request: InferenceRequest,
  parts: AgainParts,
  leave?: Leave,
): Promise<readonly Outcome[]> {
  const { claims, violation } = trustedReceipt(request, parts.trust);
  if (violation) return refused(violation);
  const candidate = candidateAgain(request, claims);
  if (!candidate) throw new BailiwickError('record-undecodable', 'the request carries no content');
  try {
    return routedOutcomes(await routeCandidate(candidate, parts), candidate, parts, leave);
  } catch (thrown) {
    return custodyFailure(thrown);
  }
}

/** Only the home cell decides and holds the keys, so the request goes back there as it is. */
export function sendHome(
  request: InferenceRequest,
  { trust, cell, topics, neighbours }: AgainParts,
  reason: ReturnReason,
): readonly Outcome[] {
  const { claims, violation } = trustedReceipt(request, trust);
  if (violation) return refused(violation);
  const { eventId, tenant, purpose, object, subject, homeRegion } = request;
  const home = neighbours.find(({ region }) => region === homeRegion);
  if (!home || claims.to?.region !== cell.region) return refused('receipt-other-jurisdiction');
  return [
    emit({
      topic: topics.border(home.jurisdiction),
      type: EVENT_TYPES.border,
      message: {
        fromRegion: cell.region,
        toRegion: homeRegion,
        cargo: { $case: 'request', value: withoutPoolKey(request) },
        eventId,
        tenant,
        purpose,
        object,
        subject,
        returnedFor: reason,
      },
      fact: { kind: 'relayed', reason },
    }),
  ];
}
