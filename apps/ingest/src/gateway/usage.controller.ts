import { Controller, Get, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RequestProducers } from '../http/request-producers.js';
import { Gateway } from './gateway.js';

/** Route of what was used; OpenAI's own interface has none that fits a client's token. */
export const USAGE = '/v1/usage';

/** Tells a client what its purposes have used of their budgets. */
@Controller()
export class UsageController {
  constructor(
    private readonly gateway: Gateway,
    private readonly producers: RequestProducers,
  ) {}

  /** Tokens of today (UTC) by purpose, over all clients of the tenant. */
  @Get(USAGE)
  today(@Req() request: FastifyRequest): object {
    const data = this.gateway.usage(this.producers.of(request)).map(({ purpose, input, output, budget }) => ({
      purpose,
      input_tokens: input,
      output_tokens: output,
      budget,
    }));
    return { object: 'list', data };
  }
}
