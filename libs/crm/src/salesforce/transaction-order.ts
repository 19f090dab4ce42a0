import type { ChangeOrder } from './change-event.js';

/**
 * The events of one answer, put together by their transactions: those that follow each other with one transaction key are one group, in the
 * order of their sequence numbers. A group has one position behind it, that of its last event as it came, so nothing is left behind.
 */
export function byTransaction<T extends { readonly order: ChangeOrder | null }>(
  events: readonly T[],
): readonly (readonly T[])[] {
  const groups: T[][] = [];
  let key: string | null = null;
  for (const event of events) {
    const open = groups.at(-1);
    if (open && key !== null && event.order?.transactionKey === key) open.push(event);
    else groups.push([event]);
    key = event.order?.transactionKey ?? null;
  }
  return groups.map((group) =>
    group.toSorted((a, b) => (a.order?.sequenceNumber ?? 0) - (b.order?.sequenceNumber ?? 0)),
  );
}
