import { EVENT_TYPES } from '@bailiwick/contracts';
import type { Custody } from '@bailiwick/custody';
import { emit, type DurableWriter } from '@bailiwick/kafka';
import type { Logger } from '@bailiwick/platform';
import type { Question } from './question.js';

/** What telling works with. */
export interface Telling {
  readonly custody: Pick<Custody, 'subjectOf'>;
  readonly writer: Pick<DurableWriter, 'write'>;
  /** The cell's topic of callers who went. */
  readonly topic: string;
  readonly logger: Logger;
}

/** Tells the adapters of the cell that a caller went, so that its question costs no more. */
export async function tellGone(
  { custody, writer, topic, logger }: Telling,
  { event: { object, recordId }, eventId, purpose: { id: purpose } }: Question,
  tenant: string,
): Promise<void> {
  try {
    const subject = await custody.subjectOf(tenant, object, recordId.reveal());
    const names = { eventId, tenant, purpose, subject };
    await writer.write({
      attributes: { ...names, object },
      classification: 'Internal',
      outcomes: [emit({ topic, type: EVENT_TYPES.gone, message: names, fact: { kind: 'caller-gone' } })],
    });
  } catch (error) {
    // Nobody waits for this either; the answer is made in vain.
    logger.warn('the adapters could not be told that a caller went', { error });
  }
}
