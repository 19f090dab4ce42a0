import { topicNames, type Fact } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';

/** Facts that tell of a delivery, an attempt or a caller, and move a record nowhere. */
export const ASIDE = ['duplicate', 'violation', 'caller-gone'] as const;

const SENT = 'to ';

/** Region that a step sent the record to over the border; null for every other step. */
export const regionSentTo = ({ kind, reason }: Pick<Fact, 'kind' | 'reason'>): string | null =>
  kind === 'relayed' && reason.startsWith(SENT) ? reason.slice(SENT.length) : null;

/** What accounting asks of a cell. */
export type Places = Pick<CellSpec, 'jurisdiction' | 'borders'> & {
  readonly pools: readonly { readonly id: string }[];
};

/**
 * Topics of the cell in one of which a record lies after its last step, until its next one; none when it is at its end or held, or
 * when it went to another cell, whose facts are not here.
 */
export function topicsAfter(
  last: Pick<Fact, 'kind' | 'reason' | 'decision'>,
  cell: Places,
  isHome: boolean,
): readonly string[] {
  const names = topicNames(cell.jurisdiction);
  const borders = cell.borders.map(names.border);
  switch (last.kind) {
    case 'received':
      return [names.record];
    case 'classified':
      return [names.classified];
    case 'decided':
      return topicsAfterDecision(last.decision, cell);
    case 'returned':
      return [names.returned];
    case 'relayed':
      if (regionSentTo(last) !== null) return [];
      if (!last.reason.startsWith('from ')) return borders;
      return isHome ? [names.result] : cell.pools.map(({ id }) => names.request(id));
    case 'answered':
      return isHome ? [names.result] : borders;
    case 'postponed':
      return [names.postponed];
    case 'released':
      // Where it was held its fact does not say, so it may lie wherever a record does.
      return [...passedTopics(cell), ...waitingTopics(cell)];
    default:
      return [];
  }
}

/** A decision that no record is held for by the same transaction has it wait for room. */
function topicsAfterDecision(decision: Fact['decision'], cell: Places): readonly string[] {
  const names = topicNames(cell.jurisdiction);
  if (decision?.outcome !== 'allow') return cell.pools.map(({ id }) => names.waiting(id));
  return cell.pools.some(({ id }) => id === decision.pool)
    ? [names.request(decision.pool)]
    : cell.borders.map(names.border);
}

/** Topics that records only pass, so that accounting may wait until they are settled. */
export function passedTopics(cell: Places): readonly string[] {
  const names = topicNames(cell.jurisdiction);
  return [names.record, names.classified, names.returned, names.inbox, names.result];
}

/** Topics in which records rightly lie for long: for a pool that is down or full, a CRM that is away, another cell that is down. */
export function waitingTopics(cell: Places): readonly string[] {
  const names = topicNames(cell.jurisdiction);
  const pools = cell.pools.flatMap(({ id }) => [names.request(id), names.waiting(id)]);
  return [...pools, names.postponed, ...cell.borders.map(names.border)];
}
