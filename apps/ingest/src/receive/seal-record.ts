import { CrmRecord, type RecordReceived } from '@bailiwick/contracts';
import type { Custody } from '@bailiwick/custody';
import { eventId } from '@bailiwick/domain';
import type { CrmEvent } from '../event/crm-event.js';
import { custodyFailure } from './custody-failure.js';

/** What of custody a record is sealed with. */
export type RecordCustody = Pick<Custody, 'subjectOf' | 'sealRecord'>;

/** Whose record it is, and for what it was let in. */
export interface SealFor {
  readonly tenant: string;
  readonly purpose: string;
  readonly producer: string;
  readonly occurredAt: Date;
  readonly receivedAt: Date;
}

/** Makes the message that is written: the content sealed to its data subject, nothing else of it kept. */
export async function sealRecord(
  custody: RecordCustody,
  event: CrmEvent,
  { tenant, purpose, producer, occurredAt, receivedAt }: SealFor,
): Promise<RecordReceived> {
  const { source, object } = event;
  const recordId = event.recordId.reveal();
  const id = eventId(tenant, source, event.sourceId.reveal());
  const plaintext = CrmRecord.encode({ object, recordId, fieldsJson: event.fieldsJson.reveal() }).finish();
  try {
    const subject = await custody.subjectOf(tenant, object, recordId);
    const payload = await custody.sealRecord({ eventId: id, tenant, subject, recordId, plaintext });
    return {
      eventId: id,
      tenant,
      purpose,
      source,
      object,
      subject,
      producer,
      occurredAt,
      receivedAt,
      payload,
    };
  } catch (thrown) {
    throw custodyFailure(thrown);
  }
}
