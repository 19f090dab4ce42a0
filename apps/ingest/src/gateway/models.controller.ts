import { BailiwickError } from '@bailiwick/platform';
import { Controller, Get, Param, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Producer } from '../authorise/producer.js';
import { RequestProducers } from '../http/request-producers.js';
import { Gateway } from './gateway.js';

/** Routes of OpenAI's models. */
export const MODELS = '/v1/models';
export const MODEL = `${MODELS}/:id`;

/** A model as OpenAI's interface tells of it. https://platform.openai.com/docs/api-reference/models/object */
interface Model {
  readonly id: string;
  readonly object: 'model';
  readonly created: 0;
  readonly owned_by: string;
}

/** Tells a client which models it may ask: those of its purposes whose answers a caller gets. */
@Controller()
export class ModelsController {
  constructor(
    private readonly gateway: Gateway,
    private readonly producers: RequestProducers,
  ) {}

  @Get(MODELS)
  list(@Req() request: FastifyRequest): { readonly object: 'list'; readonly data: readonly Model[] } {
    return { object: 'list', data: this.#models(this.producers.of(request)) };
  }

  /** Throws `model-unknown`. */
  @Get(MODEL)
  one(@Param('id') id: string, @Req() request: FastifyRequest): Model {
    const model = this.#models(this.producers.of(request)).find((known) => known.id === id);
    if (!model) throw new BailiwickError('model-unknown', 'no purpose of this client asks for that model');
    return model;
  }

  #models(producer: Producer): readonly Model[] {
    const aliases = new Set(this.gateway.purposes(producer).map(({ model: { alias } }) => alias));
    return [...aliases].map((id) => ({ id, object: 'model', created: 0, owned_by: producer.tenant }));
  }
}
