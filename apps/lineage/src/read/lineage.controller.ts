import { Controller, Get, Param, Query } from '@nestjs/common';
import { BailiwickError } from '@bailiwick/platform';
import type { z } from 'zod';
import { RecordReader } from './record-reader.js';
import { EventFilter, ViolationFilter } from './record-store.js';
import type { EventView, RecordView, ViolationView } from './record-view.js';

/** Names the query parameters that are wrong, never their values. */
function parseQuery<S extends z.ZodType>(schema: S, query: unknown): z.output<S> {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  );
  throw new BailiwickError('query-invalid', wrong.join('; '));
}

/** Histories of records over HTTP. Nothing it answers is personal data. */
@Controller('v1')
export class LineageController {
  constructor(private readonly reader: RecordReader) {}

  @Get('records/:eventId')
  record(@Param('eventId') eventId: string): Promise<RecordView> {
    return this.reader.record(eventId);
  }

  @Get('events')
  async events(@Query() query: unknown): Promise<{ readonly events: readonly EventView[] }> {
    return { events: await this.reader.events(parseQuery(EventFilter, query)) };
  }

  @Get('violations')
  async violations(@Query() query: unknown): Promise<{ readonly violations: readonly ViolationView[] }> {
    return { violations: await this.reader.violations(parseQuery(ViolationFilter, query)) };
  }
}
