import {
  EVENT_TYPES,
  hasPoolKey,
  type BorderCrossing,
  type DecisionFact,
  type InferenceRequest,
  type InferenceResult,
} from '@bailiwick/contracts';
import { deadLetter, emit, hold, violation, type Outcome, type Stage } from '@bailiwick/kafka';
import { BailiwickError } from '@bailiwick/platform';
import {
  CLOCK_LEEWAY_MS,
  verifyReceipt,
  type ReceiptClaims,
  type ReceiptViolation,
} from '@bailiwick/receipt';
import { decideAgain, sendHome, type AgainParts } from '../route/returned.stage.js';
import { refused, trustedReceipt } from '../route/trusted-receipt.js';

/**
 * What came in from other cells: nothing of it is trusted but what a receipt of its home router states. A request
 * for a pool of this cell goes to that pool, one of this cell's own is decided again, an answer goes to write-back.
 */
export const inboxStage =
  (parts: AgainParts): Stage<BorderCrossing> =>
  async (crossing) => {
    const { region } = parts.cell;
    if (!crossing.cargo) throw new BailiwickError('record-undecodable', 'the crossing carries nothing');
    if (crossing.toRegion !== region || !isOneEvent(crossing)) return misplaced;
    if (crossing.cargo.$case === 'result') return answered(crossing.cargo.value, parts);
    const request = crossing.cargo.value;
    return request.homeRegion === region
      ? cameBack(request, crossing.returnedFor, parts)
      : arrived(request, parts);
  };

/**
 * A request of this cell that comes back for a new decision. One that was sent back over a receipt which holds by this
 * cell's clock would come back again, however often it is decided: it is held until the clocks agree.
 */
async function cameBack(
  request: InferenceRequest,
  reason: string | undefined,
  parts: AgainParts,
): Promise<readonly Outcome[]> {
  const { trust, now = Date.now } = parts;
  const { claims } = trustedReceipt(request, trust);
  const held = claims !== null && now() + CLOCK_LEEWAY_MS < claims.exp * 1000;
  const skewed = reason === 'receipt-not-yet' || (reason === 'receipt-expired' && held);
  if (!claims || !skewed) return decideAgain(request, parts);
  const found = reason === 'receipt-not-yet' ? 'not been issued yet' : 'expired, which it has not here';
  const there = claims.to?.region ?? '';
  return [
    hold(
      'clock-skewed',
      `by the clock of ${there} its receipt has ${found}; set the clocks right, then release`,
    ),
  ];
}

/** A request from abroad for a pool of this cell. One that expired on the way goes back home for a new decision. */
function arrived(request: InferenceRequest, parts: AgainParts): readonly Outcome[] {
  const { cell, topics, trust, now = Date.now } = parts;
  const { claims, violation: wrong } = trustedReceipt(request, trust);
  if (wrong) return refused(wrong);
  if (claims.to?.region !== cell.region || !cell.pools.some(({ id }) => id === request.pool))
    return refused('receipt-other-pool');
  // It was kept here: its home wraps it anew.
  if (!hasPoolKey(request)) return sendHome(request, parts, 'profile-changed');
  const { eventId, tenant, purpose, pool, homeRegion } = request;
  const verdict = verifyReceipt(request.receipt, trust.signers[claims.iss] ?? [], {
    eventId,
    tenant,
    purpose,
    pool,
    jurisdiction: cell.jurisdiction,
    // The content is sealed to the pool: only the adapter can compare it with its digest.
    digest: Buffer.from(claims.payloadDigest, 'base64url'),
    now: now(),
  });
  if (!verdict.ok)
    return isTime(verdict.violation)
      ? sendHome(request, parts, verdict.violation)
      : refused(verdict.violation);
  const fact = {
    kind: 'relayed',
    reason: `from ${homeRegion}`,
    decision: decisionOf(claims, request.receipt),
  };
  return [emit({ topic: topics.request(pool), type: EVENT_TYPES.request, message: request, fact })];
}

/** All but the time is right: its home has to look at it again. */
const isTime = (violation: ReceiptViolation): violation is 'receipt-expired' | 'receipt-not-yet' =>
  violation === 'receipt-expired' || violation === 'receipt-not-yet';

/** The decision on which a request came in, as the receipt of its home states it: for this side's register. */
const decisionOf = (claims: ReceiptClaims, receipt: string): DecisionFact => ({
  outcome: claims.outcome,
  reasons: [...claims.reasons],
  transferBasis: claims.basis,
  fromJurisdiction: claims.from.jurisdiction,
  toJurisdiction: claims.to?.jurisdiction ?? '',
  pool: claims.pool ?? '',
  profileVersion: claims.profileVersion,
  policyDigest: claims.policyDigest,
  receipt,
});

/** An answer that comes home: it must rest on a receipt of this very router. */
function answered(result: InferenceResult, { cell, topics, trust }: AgainParts): readonly Outcome[] {
  if (result.homeRegion !== cell.region) return misplaced;
  const { claims, violation: wrong } = trustedReceipt(result, trust);
  if (wrong) return refused(wrong);
  const fact = { kind: 'relayed', reason: `from ${claims.to?.region ?? ''}` };
  return [emit({ topic: topics.result, type: EVENT_TYPES.result, message: result, fact })];
}

/** The names on the outside are those of the cargo. */
const isOneEvent = ({ cargo, eventId, tenant, purpose, object, subject }: BorderCrossing): boolean =>
  cargo?.value.eventId === eventId &&
  cargo.value.tenant === tenant &&
  cargo.value.purpose === purpose &&
  cargo.value.object === object &&
  cargo.value.subject === subject;

const misplaced: readonly Outcome[] = [
  deadLetter('wrong-cell', 'the crossing does not belong in this cell'),
  violation('wrong-cell', 'the crossing does not belong in this cell'),
];
