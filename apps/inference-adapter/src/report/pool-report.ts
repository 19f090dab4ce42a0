import type { PoolReport, PoolStatement } from '@bailiwick/contracts';

/** What an adapter knows of its pool at one moment. */
export interface PoolState {
  readonly pool: string;
  readonly region: string;
  /** Now, in milliseconds since the epoch. */
  readonly now: number;
  /** Since when this adapter looks, in milliseconds since the epoch. */
  readonly since: number;
  /** Model calls at once. */
  readonly places: number;
  /** Requests in the pool's topic that are not settled yet; undefined when the broker does not tell. */
  readonly waiting: number | undefined;
  /** Requests that may lie there at most. */
  readonly mostWaiting: number;
  /** The last thing that the pool said of itself. */
  readonly statement: PoolStatement | undefined;
}

/** A pool that has said nothing for so long is away. Shorter, and a slow moment of a busy machine would turn records away. */
const AWAY_AFTER_MS = 15_000;

/**
 * What is reported: room for what the queue still takes, and none in a pool that is away. Only what the pool says to the
 * adapter's own question decides that, because a pool without room is sent nothing by whose answer it could be found well again.
 */
export function poolReport(state: PoolState): PoolReport {
  const { pool, region, now, since, places, waiting, mostWaiting, statement } = state;
  const away = now - (statement?.at?.getTime() ?? since) > AWAY_AFTER_MS;
  const left = waiting === undefined ? undefined : Math.max(0, mostWaiting - waiting);
  return { pool, region, at: new Date(now), places, waiting, room: away ? 0 : left, statement };
}
