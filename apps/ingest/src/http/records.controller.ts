import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { BailiwickError, toProblem, type Problem } from '@bailiwick/platform';
import type { FastifyRequest } from 'fastify';
import type { Producer } from '../authorise/producer.js';
import { readHttpEvents, type ReadEvent } from '../event/http-binding.js';
import { counted, countRefusal } from '../receive/ingest-metrics.js';
import { RecordReceiver } from '../receive/record-receiver.js';
import { bodyOf } from './request-body.js';
import { RequestProducers } from './request-producers.js';
import { inServerSpan } from './server-span.js';

/** Answer to an event that is durable. */
export interface Accepted {
  readonly eventId: string;
}

/** Answer to one event of a batch; answers stand in the order of the events. */
export type BatchAnswer = { readonly id: string | null } & (Accepted | { readonly problem: Problem });

/** Route of the producers' interface. */
export const RECORDS = '/v1/records';

/** Takes records of producers with an access token. */
@Controller()
export class RecordsController {
  constructor(
    private readonly receiver: RecordReceiver,
    private readonly producers: RequestProducers,
  ) {}

  /** One CloudEvent or a batch of them; 202 once durable. A batch is answered event by event. */
  @Post(RECORDS)
  @HttpCode(202)
  async take(@Req() request: FastifyRequest): Promise<Accepted | readonly BatchAnswer[]> {
    const producer = this.producers.of(request);
    const events = this.#find(request);
    if (events.mode === 'single')
      return this.#takeOne(events.read, producer, request.headers['traceparent']?.toString());
    // Each event of a batch is a record with a trace of its own, unless it carries a trace context itself.
    return Promise.all(
      events.events.map(async ({ id, read }): Promise<BatchAnswer> => {
        try {
          return { id, ...(await this.#takeOne(read, producer)) };
        } catch (thrown) {
          return { id, problem: toProblem(BailiwickError.from(thrown)) };
        }
      }),
    );
  }

  #find(request: FastifyRequest): ReturnType<typeof readHttpEvents> {
    try {
      return readHttpEvents(request.headers, bodyOf(request));
    } catch (thrown) {
      countRefusal('http', thrown);
      throw thrown;
    }
  }

  #takeOne(read: ReadEvent, producer: Producer, traceparent?: string): Promise<Accepted> {
    return counted('http', async () => {
      const event = read();
      return inServerSpan(RECORDS, event.traceparent ?? traceparent, async () => ({
        eventId: await this.receiver.receive(event, producer, 'http'),
      }));
    });
  }
}
