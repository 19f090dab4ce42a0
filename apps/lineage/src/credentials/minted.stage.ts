import { EVENT_TYPES, Fact, topicNames, type CredentialMinted } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import { settle, type StageDefinition } from '@bailiwick/kafka';
import type { FactLedger } from '../record/fact-ledger.js';
import { placeIn } from '../record/summary.js';

/** Makes a fact of each credential that the control-plane minted for this cell: it can say nothing else in the log. */
export const mintedStage = (
  cell: CellSpec,
  ledger: Pick<FactLedger, 'record'>,
  concurrency: number,
): StageDefinition<CredentialMinted> => ({
  name: 'minted',
  topics: [topicNames(cell.jurisdiction).minted],
  type: EVENT_TYPES.minted,
  concurrency,
  stage: async (minted, { traceId, coordinates: { partition, offset } }) => {
    const fact = factOf(minted, cell, traceId);
    await ledger.record({ fact, partition, place: placeIn(offset, 0) });
    return [settle(null)];
  },
});

/** The credential is the event, so that what is told again is the same fact. */
const factOf = (
  { id, tenant, purpose, object, at, mint }: CredentialMinted,
  { region, jurisdiction }: CellSpec,
  traceId: string,
): Fact =>
  Fact.fromPartial({
    factId: `${id}/control-plane/minted`,
    eventId: id,
    tenant,
    purpose,
    object,
    kind: 'minted',
    service: 'control-plane',
    region,
    jurisdiction,
    traceId,
    ...(at && { at }),
    ...(mint && { mint }),
  });
