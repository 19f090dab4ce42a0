import { EVENT_TYPES, topicNames, type Violation } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import { settle, type StageDefinition } from '@bailiwick/kafka';
import type { ViolationLedger } from './violation-ledger.js';

/** Keeps violations where people and programs can ask for them. */
export const violationStage = (
  cell: CellSpec,
  ledger: ViolationLedger,
  concurrency: number,
): StageDefinition<Violation> => ({
  name: 'violations',
  topics: [topicNames(cell.jurisdiction).violation],
  type: EVENT_TYPES.violation,
  concurrency,
  stage: async (violation) => {
    await ledger.record(violation);
    return [settle(null)];
  },
});
