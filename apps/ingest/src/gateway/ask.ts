import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { bodyOf } from '../http/request-body.js';
import type { RequestProducers } from '../http/request-producers.js';
import { inServerSpan } from '../http/server-span.js';
import { counted } from '../receive/ingest-metrics.js';
import type { Answered, Gateway } from './gateway.js';
import type { Asked } from './question.js';

/** What asking works with. */
export interface Asking {
  readonly gateway: Gateway;
  readonly producers: RequestProducers;
}

/** How one of the interface's forms of a question is asked. */
export interface Form<R, A> {
  readonly route: string;
  /** Reads a body. Throws what is wrong with it. */
  readonly read: (body: Buffer) => R;
  readonly asked: (request: R) => Asked;
  /** What an answer holds. */
  readonly answer: z.ZodType<A>;
}

/** Asks the question of a request, whatever its form, and puts the headers of its answer into the reply. */
export function ask<R, A>(
  { gateway, producers }: Asking,
  form: Form<R, A>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<{ readonly asked: R; readonly answered: Answered<A> }> {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort(new Error('the client has gone')));
  return counted('gateway', async () => {
    const producer = producers.of(request);
    const body = bodyOf(request);
    const asked = form.read(body);
    const question = gateway.question(
      {
        asked: form.asked(asked),
        body,
        purpose: header(request, 'bailiwick-purpose'),
        idempotencyKey: header(request, 'idempotency-key'),
      },
      producer,
    );
    void reply.headers({ 'bailiwick-event-id': question.eventId, 'x-request-id': question.eventId });
    const answer = (): Promise<Answered<A>> => gateway.answer(question, form.answer, producer, gone.signal);
    const answered = await inServerSpan(form.route, header(request, 'traceparent'), answer, 200);
    void reply.headers({ 'bailiwick-receipt': answered.receipt, 'cache-control': 'no-store' });
    return { asked, answered };
  });
}

const header = ({ headers }: FastifyRequest, name: string): string | null =>
  headers[name]?.toString() ?? null;
