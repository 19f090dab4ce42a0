import { EVENT_TYPES, type InferenceResult, type WriteFact } from '@bailiwick/contracts';
import { CustodyError, type Custody } from '@bailiwick/custody';
import { CALLER, type Purpose } from '@bailiwick/domain';
import { emit, hold, type FactDraft, type Outcome } from '@bailiwick/kafka';
import { custodyFailure, openAnswer, type AnswerCustody } from '../write/open-answer.js';

/** What replying needs. */
export interface Replying {
  readonly custody: AnswerCustody & Pick<Custody, 'sealReply'>;
  /** The cell's topic of replies. */
  readonly topic: string;
}

/** True when the answers of a purpose go to whoever waits for them, and to no CRM. */
export const goesToCaller = ({ writeback }: Purpose): boolean => writeback.target === CALLER;

/**
 * Restores an answer and sends it, sealed to its data subject, to the process in which its caller waits. Kafka is all that it touches, so the
 * stage's transaction makes it once and there is nothing for a ledger to remember. `factOf` makes the fact of the write.
 */
export async function replyToCaller(
  { custody, topic }: Replying,
  result: InferenceResult,
  purpose: Purpose,
  factOf: (write: WriteFact) => FactDraft,
): Promise<readonly Outcome[]> {
  const { eventId, tenant, subject, receipt, pool, model, usage, finishedAt } = result;
  const { fields, restored, unknown } = await openAnswer(custody, result, purpose.writeback.mapping);
  if (unknown > 0)
    return [hold('pseudonym-unknown', 'The answer holds a pseudonym that stands for nothing here.')];
  const plaintext = Buffer.from(JSON.stringify(fields.reveal()));
  const payload = await custody
    .sealReply({ eventId, tenant, subject, plaintext })
    .catch((thrown: unknown) => {
      throw thrown instanceof CustodyError ? custodyFailure(thrown) : thrown;
    });
  const answer = { $case: 'answer', value: { payload, receipt, pool, model, usage, finishedAt } } as const;
  const write: WriteFact = {
    target: CALLER,
    object: purpose.writeback.object,
    fields: Object.keys(fields.reveal()),
    restored,
    lease: '',
    audience: '',
  };
  const reply = { eventId, tenant, purpose: purpose.id, subject, outcome: answer };
  return [emit({ topic, type: EVENT_TYPES.reply, message: reply, fact: factOf(write) })];
}
