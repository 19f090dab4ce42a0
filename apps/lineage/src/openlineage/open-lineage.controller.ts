import { Controller, Get, Param } from '@nestjs/common';
import { RecordStore } from '../read/record-store.js';
import { runEvents, type RunEvent } from './run-events.js';

/** A record as OpenLineage tells it. */
@Controller('v1/records')
export class OpenLineageController {
  constructor(private readonly records: RecordStore) {}

  /** Two run events: the start, and where the record stands. Throws `record-unknown`. */
  @Get(':eventId/openlineage')
  async ofRecord(@Param('eventId') eventId: string): Promise<readonly RunEvent[]> {
    const { summary, facts } = await this.records.record(eventId);
    return runEvents(summary, facts);
  }
}
