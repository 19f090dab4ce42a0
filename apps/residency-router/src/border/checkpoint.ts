import { EVENT_TYPES, topicNames, type BorderCrossing } from '@bailiwick/contracts';
import { deadLetter, forward, hold, settle, violation, type Outcome, type Stage } from '@bailiwick/kafka';
import { BailiwickError } from '@bailiwick/platform';
import type { Neighbour } from '../config.js';
import { decideAgain, type AgainParts } from '../route/returned.stage.js';
import type { Leave } from '../route/routed-outcomes.js';
import { refused, trustedReceipt } from '../route/trusted-receipt.js';

/**
 * The last stage before a cell is left for a neighbour. A record of this cell is decided on again at this moment,
 * with the newest control state and a fresh receipt; what is allowed to another pool by now goes there instead, and
 * what is not allowed any more is held here. What belongs to the neighbour only has to be what it says.
 */
export const checkpointStage =
  (neighbour: Neighbour, parts: AgainParts): Stage<BorderCrossing> =>
  async (crossing) => {
    const { region } = parts.cell;
    if (!crossing.cargo) throw new BailiwickError('record-undecodable', 'the crossing carries nothing');
    if (crossing.fromRegion !== region || crossing.toRegion !== neighbour.region) return misplaced;
    const { value } = crossing.cargo;
    if (crossing.cargo.$case === 'request' && value.homeRegion === region)
      return decideAgain(crossing.cargo.value, parts, departure(neighbour));
    if (value.homeRegion !== neighbour.region) return misplaced;
    const { violation: wrong } = trustedReceipt(value, parts.trust);
    return wrong ? refused(wrong) : [departed(neighbour, crossing)];
  };

/** Leaves with both facts: that it may go, and that it went. */
const departure =
  (neighbour: Neighbour): Leave =>
  (crossing, fact) =>
    crossing.toRegion === neighbour.region
      ? [settle(fact), departed(neighbour, crossing)]
      : [
          settle(fact),
          hold('no-border', 'the record may go elsewhere by now; release it for a new decision'),
        ];

const departed = ({ jurisdiction, region }: Neighbour, crossing: BorderCrossing): Outcome =>
  forward({
    topic: topicNames(jurisdiction).inbox,
    type: EVENT_TYPES.border,
    message: crossing,
    fact: { kind: 'relayed', reason: `to ${region}` },
  });

const misplaced: readonly Outcome[] = [
  deadLetter('wrong-cell', 'the crossing does not lead from this cell over this border'),
  violation('wrong-cell', 'the crossing does not lead from this cell over this border'),
];
