import { EVENT_TYPES } from '@bailiwick/contracts';
import type { ErasureSignal } from '@bailiwick/crm';
import type { Custody } from '@bailiwick/custody';
import { eventId } from '@bailiwick/domain';
import { emit, type DurableWriter } from '@bailiwick/kafka';
import { admitTenant, type ControlView } from '../admit/admit.js';
import { custodyFailure } from '../receive/custody-failure.js';
import { refusalError } from '../receive/record-receiver.js';
import { erasuresRequested } from './webhook-metrics.js';
import type { Webhook } from './webhook-registrations.js';

/** What requests for erasure are written with. */
export interface ErasureParts {
  readonly control: ControlView;
  readonly custody: Pick<Custody, 'subjectOf'>;
  readonly writer: Pick<DurableWriter, 'write'>;
  readonly region: string;
  /** Topic of erasure requests. */
  readonly topic: string;
  readonly now: () => Date;
}

/**
 * Keeps what CRMs ask to be forgotten, for whoever may destroy keys: this process may not. A request needs no purpose, since the right
 * to be forgotten has none, and takes nothing of the tenant's quota.
 */
export class ErasureRequests {
  constructor(private readonly parts: ErasureParts) {}

  /** Gives the id of the request once it is durable: the same for every delivery of one signal. Throws the refusal. */
  async take(
    { sourceId, object, recordId, occurredAt }: ErasureSignal,
    { producer, purpose, source }: Pick<Webhook, 'producer' | 'purpose' | 'source'>,
  ): Promise<string> {
    const { control, custody, writer, region, topic, now } = this.parts;
    const admission = admitTenant(producer, control, region);
    if (admission.outcome === 'refused') throw refusalError(admission, 'webhook');
    const { tenant, id: sender } = producer;
    const subject = await custody
      .subjectOf(tenant, object, recordId)
      .catch((thrown: unknown) => Promise.reject(custodyFailure(thrown)));
    const id = eventId(tenant, source, sourceId);
    const message = {
      eventId: id,
      tenant,
      source,
      object,
      subject,
      producer: sender,
      requestedAt: occurredAt,
      receivedAt: now(),
      order: '',
    };
    await writer.write({
      attributes: { eventId: id, tenant, purpose, object, subject },
      classification: 'Internal',
      // Not a record, so lineage has no way of one to show: whoever erases writes the fact that it was done.
      outcomes: [emit({ topic, type: EVENT_TYPES.erasure, message, fact: null })],
    });
    erasuresRequested.inc({});
    return id;
  }
}
