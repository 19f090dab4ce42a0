import { Readable } from 'node:stream';
import { chunks, completion } from '@bailiwick/chat';
import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bodyOf } from '../http/request-body.js';
import { RequestProducers } from '../http/request-producers.js';
import { inServerSpan } from '../http/server-span.js';
import { counted } from '../receive/ingest-metrics.js';
import { Gateway, type Answered } from './gateway.js';
import type { Question } from './question.js';

/** Route of OpenAI's chats. */
export const CHAT = '/v1/chat/completions';

/** Answers chats as OpenAI's interface does. https://platform.openai.com/docs/api-reference/chat/create */
@Controller()
export class ChatController {
  constructor(
    private readonly gateway: Gateway,
    private readonly producers: RequestProducers,
  ) {}

  /** Whole, or with `stream: true` in chunks. A stream begins when the answer is whole too: it is looked through before anybody reads it. */
  @Post(CHAT)
  @HttpCode(200)
  async ask(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort(new Error('the client has gone')));
    const { question, answered } = await counted('gateway', async () => {
      const producer = this.producers.of(request);
      const question = this.gateway.read(
        bodyOf(request),
        { purpose: header(request, 'bailiwick-purpose'), idempotencyKey: header(request, 'idempotency-key') },
        producer,
      );
      void reply.headers({ 'bailiwick-event-id': question.eventId, 'x-request-id': question.eventId });
      const answer = (): Promise<Answered> => this.gateway.answer(question, producer, gone.signal);
      return { question, answered: await inServerSpan(CHAT, header(request, 'traceparent'), answer, 200) };
    });
    send(reply, question, answered);
  }
}

function send(reply: FastifyReply, { request }: Question, { frame, answer, receipt }: Answered): void {
  void reply.headers({ 'bailiwick-receipt': receipt, 'cache-control': 'no-store' });
  if (request.stream === true)
    void reply
      .type('text/event-stream; charset=utf-8')
      .send(Readable.from(chunks(frame, answer, request.stream_options?.include_usage === true)));
  else void reply.send(completion(frame, answer));
}

const header = ({ headers }: FastifyRequest, name: string): string | null =>
  headers[name]?.toString() ?? null;
