import { Controller, Get, Param, Query } from '@nestjs/common';
import { parseQuery } from './query.js';
import { RecordReader } from './record-reader.js';
import { EventFilter, ViolationFilter } from './record-store.js';
import type { EventView, RecordView, ViolationView } from './record-view.js';

/** Histories of records over HTTP. Nothing it answers is personal data. */
@Controller('v1')
export class LineageController {
  constructor(private readonly reader: RecordReader) {}

  @Get('records/:eventId')
  record(@Param('eventId') eventId: string): Promise<RecordView> {
    return this.reader.record(eventId);
  }

  /** Newest first; `next` is the cursor of the page after, null at the end. */
  @Get('events')
  async events(
    @Query() query: unknown,
  ): Promise<{ readonly events: readonly EventView[]; readonly next: string | null }> {
    const { items, next } = await this.reader.events(parseQuery(EventFilter, query));
    return { events: items, next };
  }

  @Get('violations')
  async violations(@Query() query: unknown): Promise<{ readonly violations: readonly ViolationView[] }> {
    return { violations: await this.reader.violations(parseQuery(ViolationFilter, query)) };
  }
}
