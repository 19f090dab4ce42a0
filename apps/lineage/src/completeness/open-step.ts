import type { Fact } from '@bailiwick/contracts';

/** Facts that tell of a delivery or an attempt, and move a record nowhere. */
export const ASIDE = ['duplicate', 'violation'] as const;

/**
 * True when a service of this cell owes a record its next step, by the last fact of it: false while it waits on purpose (a CRM that is away), and
 * while another cell has it or it is on its way there, which that cell's lineage accounts for.
 */
export function isOwedHere(
  last: Pick<Fact, 'kind' | 'reason' | 'decision'>,
  cell: { readonly jurisdiction: string; readonly pools: readonly { readonly id: string }[] },
  isHome: boolean,
): boolean {
  switch (last.kind) {
    case 'received':
    case 'classified':
    case 'returned':
    case 'released':
      return true;
    case 'decided':
      return last.decision?.outcome === 'allow' && cell.pools.some(({ id }) => id === last.decision?.pool);
    case 'relayed':
      return last.reason.startsWith('from ');
    case 'answered':
      return isHome;
    default:
      return false;
  }
}
