import { setTimeout as sleep } from 'node:timers/promises';
import { eventId } from '@bailiwick/domain';
import type { StackFile } from '../stack-file.js';
import { GrpcSender } from './grpc-sender.js';
import { producerAgent, sendByHttp, type Delivery } from './http-sender.js';
import { IngestTarget } from './ingest-target.js';
import type { SamplePubSub } from './pubsub-crm.js';
import type { Expected, SampleEvent } from './sample-day.js';
import { sendByWebhook, webhookSourceId, type WebhookKey } from './webhook-sender.js';

/** How long a delivery is repeated while ingest does not answer. */
const GIVE_UP_AFTER_MS = 300_000;
const REPEAT_EVERY_MS = 500;

/** What is known of one event of the day. */
export interface SentEvent {
  readonly eventId: string;
  readonly tenant: string;
  readonly purpose: string;
  /** Region of the ingest that it was sent to. */
  readonly region: string;
  readonly expected: Expected;
  /** `accepted`, the refusal's code, or `unanswered` when ingest never answered. */
  readonly delivery: string;
}

/** How far the day is. */
export interface DayProgress {
  readonly total: number;
  readonly events: readonly SentEvent[];
  readonly done: boolean;
}

/** Sends the events of a day and tells how each was taken. */
export class DayPlayer {
  private readonly sent = new Map<string, SentEvent>();
  private readonly senders = new Map<string, { target: IngestTarget; grpc: GrpcSender }>();
  private readonly began = Date.now();
  private done = false;

  constructor(
    private readonly stack: StackFile,
    private readonly day: readonly SampleEvent[],
    /** By tenant. */
    private readonly webhooks: ReadonlyMap<string, WebhookKey>,
    private readonly pubsub: SamplePubSub,
  ) {}

  get progress(): DayProgress {
    const total = new Set(this.day.map(({ sourceId }) => sourceId)).size;
    return { total, events: [...this.sent.values()], done: this.done };
  }

  /**
   * Plays the day with a pause between events; each tenant's in order, and no tenant waits for another's cell.
   * Rejects only when the stack file does not fit.
   */
  async play(pauseMs: number, signal: AbortSignal): Promise<void> {
    const tenants = Map.groupBy(this.day, ({ tenant }) => tenant);
    const playTenant = async (events: readonly SampleEvent[]): Promise<void> => {
      for (const event of events) {
        if (signal.aborted) return;
        await this.deliver(event, signal);
        await sleep(pauseMs * tenants.size, undefined, { signal }).catch(() => undefined);
      }
    };
    try {
      await Promise.all([...tenants.values()].map(playTenant));
    } finally {
      this.done = true;
      for (const { grpc } of this.senders.values()) grpc.close();
    }
  }

  private async deliver(event: SampleEvent, signal: AbortSignal): Promise<void> {
    const { target } = await this.senderOf(event.tenant);
    const deadline = Date.now() + GIVE_UP_AFTER_MS;
    let delivery: Delivery = { kind: 'unavailable' };
    while (delivery.kind === 'unavailable' && Date.now() < deadline && !signal.aborted) {
      delivery = await this.attempt(event);
      if (delivery.kind === 'unavailable') await sleep(REPEAT_EVERY_MS);
    }
    const answer = delivery.kind === 'unavailable' ? 'unanswered' : delivery.kind;
    const id = eventId(event.tenant, target.source, this.sourceIdOf(event));
    this.sent.set(id, {
      eventId: id,
      tenant: event.tenant,
      purpose: event.purpose,
      region: this.stack.tenants[event.tenant]?.region ?? '',
      expected: event.expected,
      delivery: delivery.kind === 'refused' ? delivery.code : answer,
    });
  }

  private async attempt(event: SampleEvent): Promise<Delivery> {
    const { target, grpc } = await this.senderOf(event.tenant);
    const agent = producerAgent(target.authority);
    try {
      const key = this.webhooks.get(event.tenant);
      if (event.transport === 'pubsub') {
        const { recordId, fields, sourceId } = event;
        this.pubsub.org(event.tenant).change([{ recordId, fields, eventId: sourceId }]);
        return { kind: 'accepted' };
      }
      if (event.transport === 'grpc') return await grpc.send(event);
      if (event.transport === 'webhook' && key !== undefined)
        return await sendByWebhook(target, agent, event, key, this.began);
      return await sendByHttp(target, agent, event);
    } catch {
      return { kind: 'unavailable' };
    } finally {
      await agent.close();
    }
  }

  /** The id under which ingest takes an event. One of a stream may be about several records, so each has an id of its own. */
  private sourceIdOf(event: SampleEvent): string {
    const { transport, sourceId, recordId, tenant } = event;
    if (transport === 'pubsub') return `${sourceId}/${recordId}`;
    const key = this.webhooks.get(tenant);
    return transport === 'webhook' && key ? webhookSourceId(event, key.kind, this.began) : sourceId;
  }

  private async senderOf(tenant: string): Promise<{ target: IngestTarget; grpc: GrpcSender }> {
    const known = this.senders.get(tenant);
    if (known) return known;
    const target = await IngestTarget.open(this.stack, tenant);
    const sender = { target, grpc: new GrpcSender(target) };
    this.senders.set(tenant, sender);
    return sender;
  }
}
