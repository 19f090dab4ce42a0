import { Controller, Get, Query } from '@nestjs/common';
import { parseQuery } from '../read/query.js';
import {
  TransferFilter,
  TransferPeriod,
  TransferRegister,
  type Transfer,
  type TransferTotal,
} from './transfer-register.js';

/** The transfer register over HTTP: what of a tenant crossed to another jurisdiction, when and on which basis. */
@Controller('v1/transfers')
export class TransfersController {
  constructor(private readonly register: TransferRegister) {}

  @Get()
  list(
    @Query() query: unknown,
  ): Promise<{ readonly transfers: readonly Transfer[]; readonly next: string | null }> {
    return this.register.list(parseQuery(TransferFilter, query));
  }

  @Get('totals')
  async totals(@Query() query: unknown): Promise<{ readonly totals: readonly TransferTotal[] }> {
    return { totals: await this.register.totals(parseQuery(TransferPeriod, query)) };
  }
}
