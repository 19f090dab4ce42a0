import { Controller, Get, Header, Param } from '@nestjs/common';
import { Evidence } from './evidence.js';

/** Evidence over HTTP. Nothing of it is personal data, and whoever has it can check it offline. */
@Controller('v1/records')
export class EvidenceController {
  constructor(private readonly evidence: Evidence) {}

  /** Entries of one event with their proofs, the checkpoint, and the keys. Problems `record-unknown`, `evidence-not-ready`. */
  @Get(':eventId/evidence')
  @Header('content-type', 'application/json; charset=utf-8')
  ofEvent(@Param('eventId') eventId: string): Promise<string> {
    return this.evidence.ofEvent(eventId);
  }
}
