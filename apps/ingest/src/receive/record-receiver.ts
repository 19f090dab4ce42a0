import { EVENT_TYPES, type RecordReceived } from '@bailiwick/contracts';
import { emit, type DurableWriter } from '@bailiwick/kafka';
import { ATTRIBUTES, BailiwickError, inSpan, type Logger } from '@bailiwick/platform';
import { SpanKind, trace } from '@opentelemetry/api';
import { admit, type ControlView, type Refusal } from '../admit/admit.js';
import type { Producer } from '../authorise/producer.js';
import { timeOf, type CrmEvent } from '../event/crm-event.js';
import type { TenantQuotas } from '../quota/tenant-quotas.js';
import { InFlight } from './in-flight.js';
import { produceSeconds, type Way } from './ingest-metrics.js';
import { RecordOrder } from './record-order.js';
import { sealRecord, type RecordCustody } from './seal-record.js';

/** What the receiver works with. */
export interface ReceiverParts {
  readonly control: ControlView;
  readonly custody: RecordCustody;
  readonly writer: Pick<DurableWriter, 'write'>;
  readonly quotas: Pick<TenantQuotas, 'take'>;
  readonly region: string;
  /** Topic of received records. */
  readonly topic: string;
  readonly now: () => Date;
  readonly logger: Logger;
}

/** Renders a refusal for the way on which it is answered: the endpoint of the right cell is that of the same way. */
export function refusalError({ code, detail, home }: Refusal, way: Way): BailiwickError {
  const endpoint = way === 'grpc' ? home?.ingestGrpc : home?.ingestHttp;
  return new BailiwickError(code, detail, endpoint === undefined ? {} : { extensions: { endpoint } });
}

/**
 * Records that are sealed and written at once: in bytes of content, and in number. Sealing, encoding and sending make
 * some eight copies of a record, which for a few of 5 MB would be all the memory that a service may have.
 */
const IN_FLIGHT_BYTES = 12 * 1024 * 1024;
const IN_FLIGHT_RECORDS = 1000;

/** Takes records: gate, quota, seal, durable write. Every way in ends here. */
export class RecordReceiver {
  readonly #order = new RecordOrder();
  readonly #inFlight = new InFlight(IN_FLIGHT_BYTES, IN_FLIGHT_RECORDS);

  constructor(private readonly parts: ReceiverParts) {}

  /**
   * Takes one record and gives its event id once the record and its fact are committed on all in-sync replicas.
   * Throws the refusal; after a transient one the producer sends the same event again, which has the same id.
   */
  async receive(event: CrmEvent, producer: Producer, way: Way): Promise<string> {
    const { control, custody, region, now } = this.parts;
    const { purpose, object } = event;
    const admission = admit(producer, { purpose, object, awaited: way === 'gateway' }, control, region);
    if (admission.outcome === 'refused') throw refusalError(admission, way);
    const { tenant } = producer;
    // A stream is read more slowly; a request is told when to come again. A webhook's was, before its body was read: what it said stands
    // and falls together, and a batch that is larger than a burst would be refused for ever.
    await this.parts.quotas.take(tenant, way === 'grpc' || way === 'webhook');
    const receivedAt = now();
    const sealFor = {
      tenant,
      purpose: admission.purpose.id,
      producer: producer.id,
      occurredAt: timeOf(event, receivedAt),
      receivedAt,
    };
    const key = JSON.stringify([tenant, event.object, event.recordId.reveal()]);
    const bytes = event.fieldsJson.reveal().length;
    await this.#inFlight.enter(bytes, tenant);
    try {
      return await this.#order.run(key, async () => {
        const record = await sealRecord(custody, event, sealFor);
        trace.getActiveSpan()?.setAttributes({
          [ATTRIBUTES.event]: record.eventId,
          [ATTRIBUTES.tenant]: tenant,
          [ATTRIBUTES.purpose]: record.purpose,
        });
        await this.#write(record);
        return record.eventId;
      });
    } catch (thrown) {
      const error = BailiwickError.from(thrown);
      // What is our fault is logged here, because a batch and a stream answer it without failing as a whole.
      if (error.policy.http === 500) this.parts.logger.error('a record could not be taken', { error });
      throw error;
    } finally {
      this.#inFlight.leave(bytes);
    }
  }

  #write(record: RecordReceived): Promise<void> {
    const { writer, topic } = this.parts;
    const { eventId, tenant, purpose, object, subject } = record;
    const attributes = {
      [ATTRIBUTES.messagingSystem]: 'kafka',
      [ATTRIBUTES.messagingOperation]: 'send',
      [ATTRIBUTES.messagingOperationType]: 'send',
      [ATTRIBUTES.messagingDestination]: topic,
      [ATTRIBUTES.event]: eventId,
    };
    return inSpan(`send ${topic}`, { kind: SpanKind.PRODUCER, attributes }, async () => {
      const done = produceSeconds.startTimer();
      // Nothing is labelled yet, so it counts as the most sensitive; field names are not facts before labels are.
      await writer.write({
        attributes: { eventId, tenant, purpose, object, subject },
        classification: 'MissionCritical',
        outcomes: [emit({ topic, type: EVENT_TYPES.received, message: record, fact: { kind: 'received' } })],
      });
      done();
    });
  }
}
