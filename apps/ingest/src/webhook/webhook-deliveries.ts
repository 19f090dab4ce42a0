import type { WebhookContent, WebhookDelivery } from '@bailiwick/crm';
import { BailiwickError } from '@bailiwick/platform';
import { crmEventOf, type CrmEvent } from '../event/crm-event.js';
import { inServerSpan } from '../http/server-span.js';
import { counted, countRefusal } from '../receive/ingest-metrics.js';
import { RecordOrder } from '../receive/record-order.js';
import type { RecordReceiver } from '../receive/record-receiver.js';
import type { ErasureRequests } from './erasure-requests.js';
import { passedOver } from './webhook-metrics.js';
import type { Webhook } from './webhook-registrations.js';

/** Answer to a delivery that is durable: of one record its id, otherwise those of all that it said. */
export type TakenDelivery =
  | { readonly eventId: string }
  | {
      readonly eventIds: readonly string[];
      readonly erasureIds: readonly string[];
      /** How many of its events are no records for the purpose. */
      readonly passedOver: number;
    };

/** A delivery that is genuine and read whole. */
interface Read extends Pick<WebhookContent, 'erasures' | 'passed'> {
  readonly events: readonly CrmEvent[];
}

/** Takes the deliveries of webhooks: each is answered as one, once all that it says is durable. */
export class WebhookDeliveries {
  constructor(
    private readonly receiver: Pick<RecordReceiver, 'receive'>,
    private readonly erasures: Pick<ErasureRequests, 'take'>,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Verifies the bytes, reads all of them, then takes each record and each request for erasure. A delivery that comes again is
   * answered as before. Throws what refuses it; of several refusals the one that passes, so that the sender sends all of it again.
   */
  async take(webhook: Webhook, delivery: WebhookDelivery, route: string): Promise<TakenDelivery> {
    const { events, erasures, passed } = await this.#read(webhook, delivery);
    for (const reason of passed) passedOver.inc({ reason });
    const { traceparent } = delivery.headers;
    const only = events.length === 1 && typeof traceparent === 'string' ? traceparent : null;
    const order = new RecordOrder();
    const taken = await Promise.allSettled(
      events.map((event) =>
        order.run(`${event.object}/${event.recordId.reveal()}`, () =>
          counted('webhook', () =>
            inServerSpan(route, event.traceparent ?? only, () =>
              this.receiver.receive(event, webhook.producer, 'webhook'),
            ),
          ),
        ),
      ),
    );
    const requested = await Promise.allSettled(erasures.map((signal) => this.erasures.take(signal, webhook)));
    const eventIds = idsOf([...taken, ...requested]);
    const [eventId] = eventIds;
    if (eventIds.length === 1 && events.length === 1 && passed.length === 0 && eventId !== undefined)
      return { eventId };
    return {
      eventIds: eventIds.slice(0, events.length),
      erasureIds: eventIds.slice(events.length),
      passedOver: passed.length,
    };
  }

  async #read({ protocol, secrets, source }: Webhook, delivery: WebhookDelivery): Promise<Read> {
    try {
      const now = this.now();
      protocol.verify(delivery, secrets.at(now), now);
      const { changes, toFetch, erasures, passed } = protocol.read(delivery);
      const fetched = await Promise.all(toFetch.map((fetchIt) => fetchIt()));
      const there = [...changes, ...fetched].filter((change) => change !== null);
      const gone = fetched.filter((change) => change === null).map(() => 'deleted' as const);
      const events = there.map((change) => crmEventOf(change, source));
      return { events, erasures, passed: [...passed, ...gone] };
    } catch (thrown) {
      countRefusal('webhook', thrown);
      throw thrown;
    }
  }
}

/** The ids of all that was taken. Throws when anything was not: what passes by itself before what never will. */
function idsOf(settled: readonly PromiseSettledResult<string>[]): readonly string[] {
  const errors = settled.flatMap((each) =>
    each.status === 'rejected' ? [BailiwickError.from(each.reason)] : [],
  );
  const passes = ({ category }: BailiwickError): boolean => ['transient', 'exhausted'].includes(category);
  const gravest = errors.find(passes) ?? errors[0];
  if (gravest) throw gravest;
  return settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
}
