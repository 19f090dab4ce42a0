import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { parseQuery } from '../read/query.js';
import { ErasureFilter, ErasureRegister, type Erasure } from './erasure-register.js';

/** Erasures over HTTP: who, by pseudonym, was forgotten, when, on whose request, and the certificate of it. */
@Controller('v1/erasures')
export class ErasureController {
  constructor(private readonly register: ErasureRegister) {}

  @Get()
  async list(@Query() query: unknown): Promise<{ readonly erasures: readonly Erasure[] }> {
    return { erasures: await this.register.list(parseQuery(ErasureFilter, query)) };
  }

  /** Problem `erasure-unknown`. */
  @Get(':eventId')
  get(@Param('eventId') eventId: string): Promise<Erasure> {
    return this.register.get(eventId);
  }

  /** The certificate alone, a compact JWS. */
  @Get(':eventId/certificate')
  @Header('content-type', 'application/jose')
  async certificate(@Param('eventId') eventId: string): Promise<string> {
    return (await this.register.get(eventId)).certificate;
  }
}
