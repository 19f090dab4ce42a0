import type { Pool } from '@bailiwick/domain';

/** What the adapter of a pool says of it now. It can only narrow what people agreed on. */
export interface PoolReport {
  /** When it looked, in milliseconds since the epoch. */
  readonly at: number;
  /** Requests that the pool can still take; absent when it cannot tell. */
  readonly room?: number | undefined;
  /** What the pool said of itself; absent while it does not answer. */
  readonly statement?: PoolStatement | undefined;
}

/** What a pool said, on a connection on which it proved that it is this pool. */
export interface PoolStatement {
  /** When, in milliseconds since the epoch. */
  readonly at: number;
  /** Aliases of the models that it serves; empty when it does not tell. */
  readonly models: readonly string[];
  /** Absent when nobody tells. */
  readonly accelerators?: readonly string[] | undefined;
}

const MINUTE_MS = 60_000;

/**
 * A pool as it is now. What people agreed on bounds it: where it lies, whose it is, its key, and the models of which it
 * serves those that it says it does. What only its adapter can know is taken from a report that is not older than the limit,
 * and unknown without one: then no policy that asks for accelerators or for a proof is satisfied, and its room is no reason
 * to pass it over. The proof counts to the minute, so that not every report makes another inventory.
 */
export function poolNow(
  agreed: Pool,
  report: PoolReport | undefined,
  now: number,
  staleAfterMs: number,
): Pool {
  const { room: _, accelerators: __, attestedAt: ___, ...pool } = agreed;
  if (!report || !isCurrent(report, now, staleAfterMs)) return pool;
  const { room, statement } = report;
  const known = { ...pool, ...(room !== undefined && { room }) };
  if (!statement || !isCurrent(statement, now, staleAfterMs)) return known;
  const { models, accelerators, at } = statement;
  return {
    ...known,
    models: models.length > 0 ? pool.models.filter((model) => models.includes(model)) : pool.models,
    ...(accelerators && { accelerators: [...accelerators] }),
    attestedAt: new Date(Math.floor(at / MINUTE_MS) * MINUTE_MS).toISOString(),
  };
}

/** Whether what was said then counts now; a time far in the future means that a clock is wrong. */
const isCurrent = ({ at }: { readonly at: number }, now: number, staleAfterMs: number): boolean =>
  Math.abs(now - at) <= staleAfterMs;
