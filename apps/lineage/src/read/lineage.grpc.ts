import type { EventSummary, LineageServiceServer } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import { handlers } from '@bailiwick/grpc';
import { BailiwickError, type Logger } from '@bailiwick/platform';
import type { Readers } from '../api/readers.js';
import type { Summary } from '../record/summary.js';
import { fieldHistoryMessage } from './field-history-message.js';
import { fieldHistory } from './field-history.js';
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

/** What the service works with. */
export interface LineageServiceParts {
  readonly store: RecordStore;
  readonly readers: Pick<Readers, 'ofPeer'>;
  readonly cell: CellSpec;
  readonly logger: Logger;
}

/** `LineageService`: the same histories for programs inside the mesh, whom the configuration names. */
export function lineageService({
  store,
  readers,
  cell,
  logger,
}: LineageServiceParts): Pick<LineageServiceServer, 'getRecord' | 'getFields' | 'listEvents'> {
  const { unary } = handlers(logger);
  return {
    getRecord: unary(async ({ eventId }, { peer }) => {
      const { summary, facts } = await store.record(readers.ofPeer(peer), eventId);
      return { summary: toMessage(summary, cell), facts: [...facts] };
    }),
    getFields: unary(async ({ eventId }, { peer }) => {
      const { summary, facts } = await store.record(readers.ofPeer(peer), eventId);
      return { history: fieldHistoryMessage(fieldHistory(summary, facts)) };
    }),
    listEvents: unary(async ({ tenant, outcome, limit, after }, { peer }) => {
      const scope = readers.ofPeer(peer);
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
      const { items, next } = await store.events(scope, filter.data);
      return { events: items.map((summary) => toMessage(summary, cell)), next: next ?? '' };
    }),
  };
}
