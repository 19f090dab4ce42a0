import type { CellSpec } from '@bailiwick/domain';
import type { ReadScope } from '../scope/read-scope.js';
import type { Page } from './page-cursor.js';
import type { EventFilter, RecordStore, ViolationFilter } from './record-store.js';
import {
  eventView,
  fieldsOf,
  stepView,
  violationView,
  type EventView,
  type RecordView,
  type ViolationView,
} from './record-view.js';

/** What lineage answers, as JSON shows it. Throws as `RecordStore` does. */
export class RecordReader {
  constructor(
    private readonly store: RecordStore,
    private readonly cell: CellSpec,
  ) {}

  async record(scope: ReadScope, eventId: string): Promise<RecordView> {
    const { summary, facts, violations } = await this.store.record(scope, eventId);
    return {
      ...eventView(summary, this.cell),
      fields: fieldsOf(facts),
      steps: facts.map(stepView),
      violations: violations.map(violationView),
    };
  }

  async events(scope: ReadScope, filter: EventFilter): Promise<Page<EventView>> {
    const { items, next } = await this.store.events(scope, filter);
    return { items: items.map((summary) => eventView(summary, this.cell)), next };
  }

  async violations(scope: ReadScope, filter: ViolationFilter): Promise<readonly ViolationView[]> {
    return (await this.store.violations(scope, filter)).map(violationView);
  }
}
