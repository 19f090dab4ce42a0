import { setTimeout as sleep } from 'node:timers/promises';
import { askAll } from '../lineage/lineage-api.js';
import type { Stack, StackCell } from '../stack/stack-file.js';
import { plantCanary, wayEnded } from './plant-canary.js';
import type { Planted, Searched } from './place.js';
import { raiseViolations } from './raise-violation.js';
import { searchCell } from './search-cell.js';

/** Longest wait for the answer to a canary; it is searched for all the same. */
const WAY_MS = 60_000;
/** Brokers and databases write behind, and exporters send every second. */
const SETTLE_MS = 3_000;

/** One canary's round: where it was planted, how its way ended, and what was searched for it. */
export interface Round {
  readonly planted: Planted;
  readonly outcome: string;
  readonly searched: readonly Searched[];
}

/** A tenant whose records a canary is one of, and its home. */
export interface Perch {
  readonly cell: StackCell;
  readonly tenant: string;
}

/**
 * Plants a canary, lets it go its way, searches every place of every cell for it, and raises what it finds. `signal` ends the waits.
 */
export async function patrol(
  stack: Stack,
  { cell, tenant }: Perch,
  purpose: string,
  signal: AbortSignal,
): Promise<Round> {
  const planted = await plantCanary(stack, cell, tenant, purpose);
  const outcome = await wayEnded(cell, planted, WAY_MS, signal);
  await sleep(SETTLE_MS, undefined, { signal });
  const cells = Object.values(stack.cells);
  const { answers, failures } = await askAll(cells, async (each) => {
    const searched = await searchCell(stack, each, planted);
    const leaks = searched.filter(({ found }) => found.length > 0);
    if (leaks.length > 0) await raiseViolations(each, planted, leaks);
    return searched;
  });
  // A cell that was not searched is not known to be clean.
  if (failures[0]) throw failures[0];
  return { planted, outcome, searched: answers.flat() };
}
