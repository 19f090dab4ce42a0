import type { Decision, Pool } from '@bailiwick/domain';
import type { DecisionInput } from './decision-input.js';
import type { OpenPlace, Verdict } from './judge.js';
import { placeOf } from './places.js';

const FULL: Decision = { outcome: 'hold', reasons: ['no-capacity'], basis: 'none' };

/**
 * One pool of the best open place that has room; among several the one that `spread` picks, or the first by id. When
 * none has room the record is held: no load opens a place that the policies keep shut, nor another jurisdiction than that
 * of the best open place, unless the profile says so.
 */
export function choose(
  { open, otherwise }: Verdict,
  { profile, pools, spread = 0 }: DecisionInput,
): Decision {
  if (open.length === 0) return otherwise;
  const full = fullAmong(pools);
  for (const place of withinReach(open, profile)) {
    const free = full ? place.pools.filter((pool) => !full.has(placeOf(pool))) : place.pools;
    const pool = pick(free, spread);
    if (!pool) continue;
    const { id, region, jurisdiction } = pool;
    const { reasons, basis } = place;
    return { outcome: 'allow', reasons, basis, pool: id, region, jurisdiction };
  }
  return FULL;
}

/** The open places to which a record may go when the best one is full. All pools of a place lie in one jurisdiction. */
export function withinReach(
  open: readonly OpenPlace[],
  profile: DecisionInput['profile'],
): readonly OpenPlace[] {
  if (profile?.overflow === 'permitted') return open;
  const [best] = open.map(jurisdictionOf);
  return open.filter((place) => jurisdictionOf(place) === best);
}

const jurisdictionOf = ({ pools }: OpenPlace): string | undefined => pools[0]?.jurisdiction;

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
