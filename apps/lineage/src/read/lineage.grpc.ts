import type { EventSummary, LineageServiceServer } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import { handlers } from '@bailiwick/grpc';
import { BailiwickError, type Logger } from '@bailiwick/platform';
import type { Summary } from '../record/summary.js';
import { EventFilter, type RecordStore } from './record-store.js';
import { eventView } from './record-view.js';

function toMessage(summary: Summary, cell: CellSpec): EventSummary {
  const {
    reason,
    answeredIn,
    pool,
    traceId,
    receivedAt,
    updatedAt,
    subject: _,
    ...view
  } = eventView(summary, cell);
  return {
    ...view,
    reason: reason ?? '',
    answeredIn: answeredIn ?? '',
    pool: pool ?? '',
    traceId: traceId ?? '',
    receivedAt: receivedAt === null ? undefined : new Date(receivedAt),
    updatedAt: new Date(updatedAt),
  };
}

/** `LineageService`: the same histories for programs inside the mesh. */
export function lineageService(
  store: RecordStore,
  cell: CellSpec,
  logger: Logger,
): Pick<LineageServiceServer, 'getRecord' | 'listEvents'> {
  const { unary } = handlers(logger);
  return {
    getRecord: unary(async ({ eventId }) => {
      const { summary, facts } = await store.record(eventId);
      return { summary: toMessage(summary, cell), facts: [...facts] };
    }),
    listEvents: unary(async ({ tenant, outcome, limit, after }) => {
      const filter = EventFilter.safeParse({
        ...(tenant && { tenant }),
        ...(outcome && { outcome }),
        ...(limit && { limit }),
        ...(after && { after }),
      });
      if (!filter.success)
        throw new BailiwickError(
          'query-invalid',
          'tenant, outcome, limit or after is not one that can be listed',
        );
      const { items, next } = await store.events(filter.data);
      return { events: items.map((summary) => toMessage(summary, cell)), next: next ?? '' };
    }),
  };
}
