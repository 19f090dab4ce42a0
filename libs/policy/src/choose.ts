import type { Decision, Pool } from '@bailiwick/domain';
import type { DecisionInput } from './decision-input.js';
import type { Verdict } from './judge.js';
import { placeOf } from './places.js';

const FULL: Decision = { outcome: 'hold', reasons: ['no-capacity'], basis: 'none' };

/**
 * One pool of the best open place that has room; among several the one that `spread` picks, or the first by id. When
 * none has room the record is held.
 */
export function choose({ open, otherwise }: Verdict, { pools, spread = 0 }: DecisionInput): Decision {
  if (open.length === 0) return otherwise;
  const full = fullAmong(pools);
  for (const place of open) {
    const free = full ? place.pools.filter((pool) => !full.has(placeOf(pool))) : place.pools;
    const pool = pick(free, spread);
    if (!pool) continue;
    const { id, region, jurisdiction } = pool;
    const { reasons, basis } = place;
    return { outcome: 'allow', reasons, basis, pool: id, region, jurisdiction };
  }
  return FULL;
}

const inventories = new WeakMap<readonly Pool[], ReadonlySet<string> | null>();

/** Pools without room, as the inventory says now; null when there are none. */
function fullAmong(pools: readonly Pool[]): ReadonlySet<string> | null {
  let full = inventories.get(pools);
  if (full === undefined) {
    const without = pools.filter(({ room }) => room !== undefined && room <= 0);
    full = without.length > 0 ? new Set(without.map(placeOf)) : null;
    inventories.set(pools, full);
  }
  return full;
}

function pick(pools: readonly Pool[], spread: number): Pool | undefined {
  return pools[Number.isSafeInteger(spread) && pools.length > 0 ? Math.abs(spread) % pools.length : 0];
}
