/**
 * How far one partition has been relayed. Written to the destination in the same transaction as what was relayed, so
 * it is the truth about that; the offset committed at home is the truth about what was written at home. A crash
 * between the two leaves records that are done on one side only: `withheld` tells which of them were not relayed.
 */
export interface RelayCursor {
  /** Offset after the last record that the destination knows of. */
  readonly next: bigint;
  /** Offsets below `next` that were not relayed, of the last transaction. */
  readonly withheld: readonly bigint[];
}

export const RELAY_START: RelayCursor = { next: 0n, withheld: [] };

/** Whether the destination has the record already. */
export const isRelayed = ({ next, withheld }: RelayCursor, offset: bigint): boolean =>
  offset < next && !withheld.includes(offset);

/** `<next>` or `<next>:<withheld>,<withheld>`. */
export const formatRelayCursor = ({ next, withheld }: RelayCursor): string =>
  withheld.length === 0 ? String(next) : `${next}:${withheld.join(',')}`;

/** Reads a cursor; throws on anything else, because a guess would relay twice or never. */
export function parseRelayCursor(text: string): RelayCursor {
  const match = /^(\d+)(?::(\d+(?:,\d+)*))?$/.exec(text);
  if (!match?.[1]) throw new TypeError('not a relay cursor');
  return { next: BigInt(match[1]), withheld: match[2]?.split(',').map(BigInt) ?? [] };
}
