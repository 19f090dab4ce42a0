import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { counted } from '../receive/ingest-metrics.js';
import { RecordReceiver } from '../receive/record-receiver.js';
import { readWebhookEvent } from '../webhook/webhook-event.js';
import { WebhookRegistrations } from '../webhook/webhook-registrations.js';
import { verifyWebhook } from '../webhook/webhook-signature.js';
import type { Accepted } from './records.controller.js';
import { bodyOf } from './request-body.js';
import { inServerSpan } from './server-span.js';

/** Route of the webhooks. */
export const WEBHOOKS = '/v1/webhooks/:id';

/** Takes records of CRMs that sign what they send. */
@Controller()
export class WebhooksController {
  constructor(
    private readonly webhooks: WebhookRegistrations,
    private readonly receiver: RecordReceiver,
  ) {}

  /** One event, its signature verified over the bytes that came, before anything reads them; 202 once durable. */
  @Post(WEBHOOKS)
  @HttpCode(202)
  take(@Param('id') id: string, @Req() request: FastifyRequest): Promise<Accepted> {
    return counted('webhook', async () => {
      const webhook = this.webhooks.get(id);
      const body = bodyOf(request);
      const { headers } = request;
      const timestamp = headers['bailiwick-timestamp']?.toString();
      const signature = headers['bailiwick-signature']?.toString();
      verifyWebhook({ timestamp, signature, body }, webhook.secrets, Date.now());
      const event = readWebhookEvent(body, webhook);
      return inServerSpan(WEBHOOKS, event.traceparent ?? headers['traceparent']?.toString(), async () => ({
        eventId: await this.receiver.receive(event, webhook.producer, 'webhook'),
      }));
    });
  }
}
