import {
  EVENT_TYPES,
  FieldFact,
  topicNames,
  type BorderCrossing,
  type InferenceRequest,
} from '@bailiwick/contracts';
import type { Custody } from '@bailiwick/custody';
import { SENSITIVITIES, purposeKey, type Sensitivity } from '@bailiwick/domain';
import {
  deadLetter,
  forward,
  hold,
  settle,
  violation,
  type FactDraft,
  type Outcome,
  type Stage,
} from '@bailiwick/kafka';
import { BailiwickError } from '@bailiwick/platform';
import type { Neighbour } from '../config.js';
import { candidateAgain, type Candidate } from '../route/candidate.js';
import { custodyFailure } from '../route/custody-failure.js';
import { decideAgain, type AgainParts } from '../route/returned.stage.js';
import type { Leave } from '../route/routed-outcomes.js';
import { refused, trustedReceipt } from '../route/trusted-receipt.js';
import { departingContent } from './departing-content.js';

/** What the checkpoint works with. */
export interface CheckpointParts extends AgainParts {
  readonly custody: AgainParts['custody'] & Pick<Custody, 'openMinimised'>;
}

/**
 * The last stage before a cell is left for a neighbour. A record of this cell is opened and looked at, and decided on again at this
 * moment, with the newest control state and a fresh receipt; what is allowed to another pool by now goes there instead, and
 * what is not allowed any more is held here. What belongs to the neighbour only has to be what it says.
 */
export const checkpointStage =
  (neighbour: Neighbour, parts: CheckpointParts): Stage<BorderCrossing> =>
  async (crossing) => {
    const { region } = parts.cell;
    if (!crossing.cargo) throw new BailiwickError('record-undecodable', 'the crossing carries nothing');
    if (crossing.fromRegion !== region || crossing.toRegion !== neighbour.region) return misplaced;
    const { value } = crossing.cargo;
    if (crossing.cargo.$case === 'request' && value.homeRegion === region)
      return leave(crossing.cargo.value, neighbour, parts);
    if (value.homeRegion !== neighbour.region) return misplaced;
    const { violation: wrong } = trustedReceipt(value, parts.trust);
    return wrong ? refused(wrong) : [departed(neighbour, crossing, {})];
  };

/** Lets a request of this cell out when its content is what its receipt and the transfer say, and it is still allowed. */
async function leave(
  request: InferenceRequest,
  neighbour: Neighbour,
  parts: CheckpointParts,
): Promise<readonly Outcome[]> {
  const { claims, violation: wrong } = trustedReceipt(request, parts.trust);
  if (wrong) return refused(wrong);
  const candidate = candidateAgain(request, claims);
  const purpose = parts.control.get('purpose', purposeKey(request.tenant, request.purpose));
  // Without them nothing is allowed, and the decision says so.
  if (!candidate || !purpose) return decideAgain(request, parts);
  try {
    const { eventId, tenant, subject, payload: sealed, digest } = candidate;
    const bytes = (await parts.custody.openMinimised({ eventId, tenant, subject, sealed })).reveal();
    const content = departingContent(bytes, digest, purpose, permittedIn(neighbour, candidate, parts));
    if (content.ok) return await decideAgain(request, parts, departure(neighbour, content.fields));
    if (content.wrong === 'altered') return refused('receipt-altered-payload');
    const { field, entity } = content;
    return [
      hold('too-sensitive', `${field} holds ${entity}, which this transfer does not permit`),
      violation('content-above-label', `${field} holds ${entity}, which its label does not say`),
    ];
  } catch (thrown) {
    return custodyFailure(thrown);
  }
}

/** Highest sensitivity that may go there; everything inside of the own jurisdiction, and nothing that no contract names. */
function permittedIn(
  { jurisdiction }: Neighbour,
  { tenant }: Candidate,
  parts: CheckpointParts,
): Sensitivity {
  if (jurisdiction === parts.cell.jurisdiction) return SENSITIVITIES.at(-1) ?? 'MissionCritical';
  const permitted = parts.control
    .get('profile', tenant)
    ?.permitted.find((candidate) => candidate.jurisdiction === jurisdiction);
  return permitted?.highestSensitivity ?? 'Public';
}

/** Leaves with both facts: that it may go, and that it went, with what of it and on which basis. */
const departure =
  (neighbour: Neighbour, fields: readonly string[]): Leave =>
  (crossing, fact) => {
    if (crossing.toRegion !== neighbour.region)
      return [
        settle(fact),
        hold('no-border', 'the record may go elsewhere by now; release it for a new decision'),
      ];
    const crossed: Omit<FactDraft, 'kind' | 'reason'> = {
      ...(fact.decision && { decision: fact.decision }),
      ...(fact.digest && { digest: fact.digest }),
      // What each field is, the classifier has said; where it lies at home, it still does.
      fields: fields.map((name) => FieldFact.fromPartial({ name })),
    };
    return [settle(fact), departed(neighbour, crossing, crossed)];
  };

const departed = (
  { jurisdiction, region }: Neighbour,
  crossing: BorderCrossing,
  fact: Omit<FactDraft, 'kind' | 'reason'>,
): Outcome =>
  forward({
    topic: topicNames(jurisdiction).inbox,
    type: EVENT_TYPES.border,
    message: crossing,
    fact: { ...fact, kind: 'relayed', reason: `to ${region}` },
  });

const misplaced: readonly Outcome[] = [
  deadLetter('wrong-cell', 'the crossing does not lead from this cell over this border'),
  violation('wrong-cell', 'the crossing does not lead from this cell over this border'),
];
