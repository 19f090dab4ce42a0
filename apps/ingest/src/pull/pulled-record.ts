import { EVENT_TYPES } from '@bailiwick/contracts';
import { Sensitive } from '@bailiwick/custody';
import type { CrmChange } from '@bailiwick/crm';
import { emit, type Writing } from '@bailiwick/kafka';
import { ATTRIBUTES, BailiwickError, activeTraceparent, inSpan } from '@bailiwick/platform';
import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { checkFields } from '../event/record-fields.js';
import { MAX_BODY_BYTES } from '../http/request-body.js';
import { sealRecord, type RecordCustody } from '../receive/seal-record.js';
import type { Pull } from './pull-file.js';

/** What a record is sealed and written with. */
export interface RecordParts {
  readonly custody: RecordCustody;
  /** Topic of received records. */
  readonly topic: string;
  readonly now: () => Date;
}

/** Makes the writing of one change, sealed as on every other way in; each begins its own trace. Throws the refusal. */
export function pulledRecord(
  { custody, topic, now }: RecordParts,
  { name, tenant, purpose, source }: Pull,
  change: CrmChange,
): Promise<Writing> {
  const attributes = {
    [ATTRIBUTES.messagingOperation]: 'receive',
    [ATTRIBUTES.messagingOperationType]: 'receive',
    [ATTRIBUTES.messagingDestination]: name,
    [ATTRIBUTES.tenant]: tenant,
    [ATTRIBUTES.purpose]: purpose,
  };
  return inSpan(
    `pull ${name}`,
    { kind: SpanKind.CONSUMER, attributes, parent: ROOT_CONTEXT },
    async (span) => {
      const fieldsJson = Buffer.from(JSON.stringify(checkFields(change.fields)));
      if (fieldsJson.length > MAX_BODY_BYTES)
        throw new BailiwickError('record-too-large', 'the record is larger than any way in takes');
      const receivedAt = now();
      const { object, occurredAt } = change;
      const event = {
        source,
        sourceId: new Sensitive(change.sourceId),
        purpose,
        object,
        recordId: new Sensitive(change.recordId),
        fieldsJson: new Sensitive(fieldsJson),
        occurredAt,
        traceparent: null,
      };
      const record = await sealRecord(custody, event, {
        tenant,
        purpose,
        producer: `pull/${name}`,
        // A CRM whose clock is ahead of ours has not changed a record in the future.
        occurredAt: occurredAt < receivedAt ? occurredAt : receivedAt,
        receivedAt,
      });
      const { eventId, subject } = record;
      span.setAttribute(ATTRIBUTES.event, eventId);
      return {
        attributes: { eventId, tenant, purpose, object, subject },
        classification: 'MissionCritical',
        outcomes: [emit({ topic, type: EVENT_TYPES.received, message: record, fact: { kind: 'received' } })],
        traceparent: activeTraceparent(),
      };
    },
  );
}
