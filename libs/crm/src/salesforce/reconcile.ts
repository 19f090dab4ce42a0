import type { CrmChange, CrmDelivery } from '../crm-source.js';
import { LONGEST_TRANSACTION_MS } from './change-event.js';
import { formatPosition, type DeclaredGap, type Position } from './position.js';
import { PAGE, type QueriedRecord, type SalesforceRest } from './rest.js';
import type { SalesforceSession } from './session.js';

/**
 * Reads the records of the gaps that are due through the REST API, page by page. How far it is lies in the position that goes with each
 * page, so a crash repeats no page and leaves none out. The last page's position has the gap no more.
 */
export async function* reconcile(
  rest: SalesforceRest,
  session: SalesforceSession,
  start: Position,
): AsyncGenerator<{ readonly position: Position; readonly delivery: CrmDelivery }> {
  let position = start;
  for (let gap = dueOf(position); gap; gap = dueOf(position)) {
    const records = await pageOf(rest, session, gap);
    const last = records.at(-1);
    const isOver = records.length < PAGE || !last;
    const others = position.gaps.filter((each) => each !== gap);
    const moved = isOver ? others : [{ ...gap, after: { modified: last.modified, id: last.id } }, ...others];
    position = { ...position, gaps: moved };
    const changes = records.map((record) => changeOf(record, gap.object));
    yield { position, delivery: { cursor: formatPosition(position), changes, passed: [] } };
  }
}

/** The gap that is to be read now, if there is one. */
export const dueOf = ({ gaps }: Position): DeclaredGap | undefined => gaps.find(({ due }) => due === 'now');

async function pageOf(
  rest: SalesforceRest,
  session: SalesforceSession,
  { object, recordIds, since, after }: DeclaredGap,
): Promise<readonly QueriedRecord[]> {
  // Records carry the time of their change, which may lie before that of the commit.
  if (recordIds === null)
    return rest.changedSince(session, object, new Date(Math.max(0, since - LONGEST_TRANSACTION_MS)), after);
  const open = recordIds
    .toSorted()
    .filter((id) => after === null || id > after.id)
    .slice(0, PAGE);
  if (open.length === 0) return [];
  const found = await rest.byId(session, object, open);
  return found.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** The state of a record as a change: the same state again has the same id, so it is no other event. */
const changeOf = ({ id, modified, fields }: QueriedRecord, object: string): CrmChange => ({
  sourceId: `state/${id}/${modified}`,
  object,
  recordId: id,
  fields,
  occurredAt: new Date(modified.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')),
});
