import { BailiwickError } from '@bailiwick/platform';
import type { FastifyRequest } from 'fastify';
import type { Producer } from '../authorise/producer.js';

/** Who sends a request, as it was found out before its body was read. */
export class RequestProducers {
  readonly #known = new WeakMap<object, Producer>();

  /** Remembers the producer as long as the request lives. */
  remember(request: FastifyRequest, producer: Producer): void {
    this.#known.set(request.raw, producer);
  }

  /** Throws `token-missing` for a request that nobody was found for. */
  of(request: FastifyRequest): Producer {
    const producer = this.#known.get(request.raw);
    if (!producer) throw new BailiwickError('token-missing', 'the request was not authenticated');
    return producer;
  }
}
