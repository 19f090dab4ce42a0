import { TABLES, topicCatalogue, type Table, type Topic } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import { Controller, Get, Inject } from '@nestjs/common';

/** Under which name the cell's spec is provided. */
export const CELL_SPEC = Symbol('spec of the cell');

/** How long a cell keeps what, and whose key opens it. */
export interface Retention {
  readonly region: string;
  readonly topics: readonly Pick<Topic, 'name' | 'purpose' | 'retentionMs' | 'opens'>[];
  readonly tables: readonly Table[];
}

/** Retention over HTTP. */
@Controller('v1/retention')
export class RetentionController {
  constructor(@Inject(CELL_SPEC) private readonly cell: CellSpec) {}

  @Get()
  read(): Retention {
    const topics = topicCatalogue(this.cell).map(({ name, purpose, retentionMs, opens }) => ({
      name,
      purpose,
      retentionMs,
      opens,
    }));
    return { region: this.cell.region, topics, tables: TABLES };
  }
}
