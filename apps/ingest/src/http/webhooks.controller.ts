import { Controller, Header, HttpCode, Options, Param, Post, Req, Res } from '@nestjs/common';
import type { WebhookDelivery } from '@bailiwick/crm';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { WebhookConsents } from '../webhook/webhook-consents.js';
import { WebhookDeliveries, type TakenDelivery } from '../webhook/webhook-deliveries.js';
import { WebhookRegistrations } from '../webhook/webhook-registrations.js';
import { bodyOf } from './request-body.js';

/** Route of the webhooks. */
export const WEBHOOKS = '/v1/webhooks/:id';

/** Takes records of CRMs that push, each as it signs. */
@Controller()
export class WebhooksController {
  constructor(
    private readonly webhooks: WebhookRegistrations,
    private readonly deliveries: WebhookDeliveries,
    private readonly consents: WebhookConsents,
  ) {}

  /** One delivery, verified over the bytes that came, before anything reads them; 202 once all that it says is durable. */
  @Post(WEBHOOKS)
  @HttpCode(202)
  // A token may stand in the address, which is why a cache must not share the answer.
  @Header('cache-control', 'private')
  take(@Param('id') id: string, @Req() request: FastifyRequest): Promise<TakenDelivery> {
    return this.deliveries.take(this.webhooks.get(id), deliveryOf(request), WEBHOOKS);
  }

  /** Whether a sender may push here; one that may not, or whose CRM knows no such question, is told nothing of it. */
  @Options(WEBHOOKS)
  consent(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const headers = this.consents.answer(this.webhooks.get(id), deliveryOf(request));
    void reply.code(204).headers(headers).send();
  }
}

/** A request as a delivery: the address is the one that the sender called. */
const deliveryOf = (request: FastifyRequest): WebhookDelivery => ({
  method: request.method,
  url: `https://${request.headers.host ?? ''}${request.raw.url ?? ''}`,
  headers: request.headers,
  body: bodyOf(request),
});
