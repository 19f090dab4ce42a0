import { BailiwickError } from '@bailiwick/platform';
import { TLOG_SIZE_TYPE } from '@bailiwick/tlog';
import { Body, Controller, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Witness } from './witness.js';

/** Prefix under which other cells' logs find the witness. */
export const WITNESS_PREFIX = '/v1/witness';

/** The witness of this cell for the logs of others. https://c2sp.org/tlog-witness */
@Controller(WITNESS_PREFIX)
export class WitnessController {
  constructor(private readonly witness: Witness) {}

  /** Answers with a cosignature line, with 409 and the size that was cosigned last, or with why not. */
  @Post('add-checkpoint')
  async addCheckpoint(@Body() body: unknown, @Res() reply: FastifyReply): Promise<void> {
    const verdict = typeof body === 'string' ? await this.witness.addCheckpoint(body) : null;
    if (verdict === null) throw new BailiwickError('event-invalid', 'the body is not a request to a witness');
    const type = verdict.status === 409 ? TLOG_SIZE_TYPE : 'text/plain; charset=utf-8';
    void reply.status(verdict.status).type(type).send(verdict.body);
  }
}
