import { Controller, Get } from '@nestjs/common';
import { OpenRecords, type TenantCount } from './open-records.js';

/** The books of the cell over HTTP. */
@Controller('v1/completeness')
export class CompletenessController {
  constructor(private readonly records: OpenRecords) {}

  /** Every tenant's records by where they stand; what is neither at an end nor in a topic is a violation `record-unaccounted`. */
  @Get()
  async counts(): Promise<{ readonly tenants: readonly TenantCount[] }> {
    return { tenants: await this.records.counts() };
  }
}
