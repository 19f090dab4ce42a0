import type { InferenceResult, WriteFact } from '@bailiwick/contracts';
import type { CrmWriter } from '@bailiwick/crm';
import { facetsOf, purposeKey, type Purpose } from '@bailiwick/domain';
import {
  deadLetter,
  hold,
  settle,
  violation,
  type ControlReader,
  type Outcome,
  type Stage,
  type StageContext,
} from '@bailiwick/kafka';
import { BailiwickError } from '@bailiwick/platform';
import { SealBroken, openAnswer, type AnswerCustody, type OpenedAnswer } from './open-answer.js';
import { writeToCrm } from './write-to-crm.js';
import type { WriteLedger } from './write-ledger.js';

/** What writing back needs. */
export interface WritingBack {
  /** Region of this cell: the home of every result that it may write. */
  readonly region: string;
  readonly control: Pick<ControlReader, 'ready' | 'get'>;
  readonly custody: AnswerCustody;
  readonly ledger: Pick<WriteLedger, 'claim' | 'written'>;
  /** CRM connections of the cell by name. */
  readonly connections: ReadonlyMap<string, CrmWriter>;
}

/** The write-back stage: open at home, restore, write to the CRM once, and say so. */
export const writeBackStage =
  (writing: WritingBack): Stage<InferenceResult> =>
  async (result, context) => {
    const { control, ledger, region } = writing;
    if (!control.ready) throw new BailiwickError('control-not-ready', 'the control topics are not read yet');
    if (result.homeRegion !== region)
      return broken('wrong-cell', 'The result belongs to the home cell of another region.');
    const purpose = control.get('purpose', purposeKey(result.tenant, result.purpose));
    const claim = await ledger.claim({ eventId: result.eventId, at: context.coordinates });
    switch (claim.kind) {
      case 'written':
        return [writtenBack(result, purpose, claim.write)];
      case 'duplicate':
        return [settle({ kind: 'duplicate', reason: 'already-done' })];
      case 'write':
        break;
    }
    if (!purpose) return [hold('no-purpose', 'The tenant has no such purpose in this cell.')];
    if (purpose.version !== result.purposeVersion)
      return [hold('purpose-changed', 'The record was answered for another version of the purpose.')];
    try {
      const answer = await openAnswer(writing.custody, result, purpose.writeback.mapping);
      return await write(writing, result, purpose, answer, context);
    } catch (thrown) {
      if (thrown instanceof SealBroken) return broken('seal-broken', thrown.message);
      throw thrown;
    }
  };

const broken = (code: 'wrong-cell' | 'seal-broken', detail: string): readonly Outcome[] => [
  deadLetter(code, detail),
  violation(code, detail),
];

const NO_USAGE = { inputTokens: 0, outputTokens: 0, durationMs: 0 };

/**
 * Says which model answered, too: lineage at home has no other way to know what another cell's pool did. Facets came
 * in clear from there, so only those that the purpose allows are told.
 */
function writtenBack(
  { pool, model, usage, facets: claimed }: InferenceResult,
  purpose: Purpose | undefined,
  write: WriteFact,
): Outcome {
  const facets = purpose ? facetsOf(purpose.output, claimed) : {};
  const answered = { pool, model, ...(usage ?? NO_USAGE), outputFields: [], facets };
  return settle({ kind: 'written-back', write, model: answered });
}

async function write(
  { connections, ledger }: WritingBack,
  result: InferenceResult,
  purpose: Purpose,
  { recordId, fields, restored, unknown }: OpenedAnswer,
  { coordinates, signal }: StageContext,
): Promise<readonly Outcome[]> {
  const { eventId, tenant } = result;
  const { target, object } = purpose.writeback;
  const crm = connections.get(target);
  if (!crm) return [hold('no-connection', 'The cell has no CRM connection of this name.')];
  if (unknown > 0)
    return [hold('pseudonym-unknown', 'The answer holds a pseudonym that stands for nothing here.')];
  const names = Object.keys(fields.reveal());
  const answer = await writeToCrm(crm, {
    tenant,
    object,
    recordId: recordId.reveal(),
    fields: fields.reveal(),
    idempotencyKey: eventId,
    signal,
  });
  switch (answer.kind) {
    case 'not-found':
      return [hold('crm-record-missing', 'The CRM has no such record any more.')];
    case 'refused':
      return [
        hold('crm-refused', `The CRM refuses the write (HTTP ${answer.status}${reasonOf(answer.code)}).`),
      ];
    case 'written':
      break;
  }
  const written: WriteFact = { target, object, fields: names, restored };
  await ledger.written({ eventId, at: coordinates, write: written });
  return [writtenBack(result, purpose, written)];
}

const reasonOf = (code: string | null): string => (code === null ? '' : `, ${code}`);
