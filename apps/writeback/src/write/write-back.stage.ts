import {
  EVENT_TYPES,
  partitionKey,
  type InferenceResult,
  type ModelFact,
  type WriteFact,
} from '@bailiwick/contracts';
import type { CrmWrite, CrmWriter, Lease } from '@bailiwick/crm';
import { facetsOf, purposeKey, type Purpose } from '@bailiwick/domain';
import {
  deadLetter,
  emit,
  hold,
  settle,
  violation,
  type ControlReader,
  type Outcome,
  type Stage,
  type StageContext,
} from '@bailiwick/kafka';
import { BailiwickError } from '@bailiwick/platform';
import type { Held, Leases } from '../credential/leases.js';
import { goesToCaller, replyToCaller, type Replying } from '../reply/reply-to-caller.js';
import type { CrmPauses } from './crm-pauses.js';
import { CONFLICT, heldBecause } from './held-because.js';
import { SealBroken, openAnswer, type OpenedAnswer } from './open-answer.js';
import type { AnswerAbout, WriteLedger } from './write-ledger.js';
import { writeToCrm, type Paused, type Written } from './write-to-crm.js';

/** What writing back needs. */
export interface WritingBack {
  /** Region of this cell: the home of every result that it may write. */
  readonly region: string;
  readonly control: Pick<ControlReader, 'ready' | 'get'>;
  readonly custody: Replying['custody'];
  /** The cell's topic of replies to callers who wait. */
  readonly replies: string;
  readonly ledger: Pick<WriteLedger, 'claim' | 'conflicted' | 'written' | 'postponed'>;
  readonly leases: Pick<Leases, 'lease' | 'drop'>;
  /** CRM connections of the cell by name. */
  readonly connections: ReadonlyMap<string, CrmWriter>;
  /** Who of them wants to be left alone. */
  readonly pauses: CrmPauses;
  /** Where answers go whose CRM wants to be left alone for longer than this; null on that topic itself, where they wait. */
  readonly postpone: { readonly topic: string; readonly afterMs: number } | null;
}

/** The write-back stage: open at home, restore, write to the CRM once, and say so. */
export const writeBackStage =
  (writing: WritingBack): Stage<InferenceResult> =>
  async (result, context) => {
    const { control, ledger, region, pauses, postpone } = writing;
    if (!control.ready) throw new BailiwickError('control-not-ready', 'the control topics are not read yet');
    if (result.homeRegion !== region)
      return broken('wrong-cell', 'The result belongs to the home cell of another region.');
    const purpose = control.get('purpose', purposeKey(result.tenant, result.purpose));
    if (purpose && goesToCaller(purpose)) return await answerCaller(writing, result, purpose);
    const leftMs = purpose ? pauses.left(purpose.writeback.target, result.tenant) : 0;
    // Nothing is opened for a CRM that is not asked.
    if (!postpone && leftMs > 0) throw leftAlone(leftMs);
    const answerAbout = { eventId: result.eventId, about: partitionKey(result.tenant, result.subject) };
    const claim = await ledger.claim({ ...answerAbout, at: context.coordinates });
    switch (claim.kind) {
      case 'written':
        return [writtenBack(result, purpose, claim.write)];
      case 'duplicate':
        return [settle({ kind: 'duplicate', reason: 'already-done' })];
      case 'write':
        break;
    }
    if (!purpose) return [hold('no-purpose', 'The tenant has no such purpose in this cell.')];
    if (purpose.version !== result.purposeVersion) return outdated();
    if (postpone && (claim.behind || leftMs > postpone.afterMs))
      return await putOff(ledger, answerAbout, result, postpone.topic);
    try {
      const answer = await openAnswer(writing.custody, result, purpose.writeback.mapping);
      const since = lookedAt(result, context.event, claim.conflicted);
      const written = await write(writing, { result, purpose, answer, since }, context);
      if (!('kind' in written)) return written;
      if (postpone && written.leftMs > postpone.afterMs)
        return await putOff(ledger, answerAbout, result, postpone.topic);
      throw leftAlone(written.leftMs);
    } catch (thrown) {
      if (thrown instanceof SealBroken) return broken('seal-broken', thrown.message);
      throw thrown;
    }
  };

const leftAlone = (leftMs: number): BailiwickError =>
  new BailiwickError(
    'crm-unavailable',
    `the CRM asked to be left alone; it is asked again in ${Math.ceil(leftMs / 1000)} s`,
  );

/** Has an answer wait where it delays no other tenant's. Those about the same record that come later wait behind it. */
async function putOff(
  ledger: WritingBack['ledger'],
  answer: AnswerAbout,
  message: InferenceResult,
  topic: string,
): Promise<readonly Outcome[]> {
  await ledger.postponed(answer);
  const fact = { kind: 'postponed', reason: 'crm-paused' };
  return [emit({ topic, type: EVENT_TYPES.result, message, fact })];
}

const outdated = (): readonly Outcome[] => [
  hold('purpose-changed', 'The record was answered for another version of the purpose.'),
];

async function answerCaller(
  { custody, replies: topic }: WritingBack,
  result: InferenceResult,
  purpose: Purpose,
): Promise<readonly Outcome[]> {
  if (purpose.version !== result.purposeVersion) return outdated();
  try {
    return await replyToCaller({ custody, topic }, result, purpose, (write) => ({
      kind: 'written-back',
      write,
      model: answeredBy(result, purpose),
    }));
  } catch (thrown) {
    if (thrown instanceof SealBroken) return broken('seal-broken', thrown.message);
    throw thrown;
  }
}

const broken = (code: 'wrong-cell' | 'seal-broken', detail: string): readonly Outcome[] => [
  deadLetter(code, detail),
  violation(code, detail),
];

const NO_USAGE = { inputTokens: 0, outputTokens: 0, durationMs: 0 };

/**
 * Says which model answered, too: lineage at home has no other way to know what another cell's pool did. Facets came
 * in clear from there, so only those that the purpose allows are told.
 */
function answeredBy(
  { pool, model, usage, facets: claimed }: InferenceResult,
  purpose: Purpose | undefined,
): ModelFact {
  const facets = purpose ? facetsOf(purpose.output, claimed) : {};
  return { pool, model, ...(usage ?? NO_USAGE), outputFields: [], facets };
}

const writtenBack = (result: InferenceResult, purpose: Purpose | undefined, write: WriteFact): Outcome =>
  settle({ kind: 'written-back', write, model: answeredBy(result, purpose) });

/** An answer that is open, and as of when its record was looked at. */
interface Task {
  readonly result: InferenceResult;
  readonly purpose: Purpose;
  readonly answer: OpenedAnswer;
  readonly since: Date | null;
}

async function write(
  { connections, ledger, leases, pauses, region }: WritingBack,
  { result, purpose, answer: { recordId, fields, restored, unknown }, since }: Task,
  { coordinates, signal }: StageContext,
): Promise<readonly Outcome[] | Paused> {
  const { eventId, tenant } = result;
  const { target, object } = purpose.writeback;
  const crm = connections.get(target);
  if (!crm) return [hold('no-connection', 'The cell has no CRM connection of this name.')];
  if (unknown > 0)
    return [hold('pseudonym-unknown', 'The answer holds a pseudonym that stands for nothing here.')];
  const names = Object.keys(fields.reveal());
  const loan: Held = { tenant, cell: region, purpose: purpose.id, object, connection: target };
  const { answer, lease } = await writeWithLease(leases, loan, result.receipt, (credential) =>
    writeToCrm(
      { connection: target, crm, pauses },
      {
        tenant,
        object,
        recordId: recordId.reveal(),
        credential,
        fields: fields.reveal(),
        idempotencyKey: eventId,
        unmodifiedSince: since,
        signal,
      },
    ),
  );
  if (answer.kind === 'paused') return answer;
  const held = heldBecause(answer);
  if (held?.reason === CONFLICT) await ledger.conflicted(eventId);
  if (held) return [held];
  const written: WriteFact = {
    target,
    object,
    fields: names,
    restored,
    lease: lease.id,
    audience: lease.audience,
  };
  await ledger.written({ eventId, at: coordinates, write: written });
  return [writtenBack(result, purpose, written)];
}

/**
 * As of when the record was looked at. That is when the mesh received it: the CRM's own time of that, which is earlier, does not come
 * along with the answer. Who releases an answer that was held for a conflict has looked at the record as it was then.
 */
function lookedAt(
  { receivedAt }: InferenceResult,
  { replayOf, time }: StageContext['event'],
  conflicted: boolean,
): Date | null {
  return conflicted && replayOf !== undefined ? new Date(time) : (receivedAt ?? null);
}

/** Writes with the lease that there is; when the CRM takes it no more, once again with a new one. */
async function writeWithLease(
  leases: WritingBack['leases'],
  held: Held,
  receipt: string,
  attempt: (credential: CrmWrite['credential']) => Promise<Written>,
): Promise<{ readonly answer: Written; readonly lease: Lease }> {
  const first = await leases.lease(held, receipt);
  const answer = await attempt(first.credential);
  if (answer.kind !== 'unauthorised') return { answer, lease: first };
  leases.drop(held, first);
  const lease = await leases.lease(held, receipt);
  return { answer: await attempt(lease.credential), lease };
}
