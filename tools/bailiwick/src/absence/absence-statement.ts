import type { Period, ScannedLog } from './scan-log.js';

/** One entry that speaks against it. */
export interface Presence {
  readonly origin: string;
  readonly index: number;
  readonly eventId: string;
  /** `done-there` for work in the jurisdiction, `sent-there` for a record that was permitted to go there. */
  readonly how: 'done-there' | 'sent-there' | 'unreadable';
  readonly kind: string;
  readonly at: string;
}

/** What the logs of a period say of one cell and tenant. */
export interface CellCount {
  readonly origin: string;
  readonly checkpoint: string;
  readonly witnesses: readonly string[];
  /** Entries of all tenants that were read: indexes from `first` until before `end`. */
  readonly first: number;
  readonly end: number;
  /** Entries of the tenant by kind. */
  readonly entries: Readonly<Record<string, number>>;
}

/** A statement of non-transfer, with what it rests on. */
export interface AbsenceStatement {
  readonly tenant: string;
  readonly jurisdiction: string;
  readonly from: string;
  readonly to: string;
  readonly absent: boolean;
  readonly found: readonly Presence[];
  readonly cells: readonly CellCount[];
  readonly proves: readonly string[];
  readonly doesNotProve: readonly string[];
}

const PROVES = [
  'Every entry that these logs took in during the period was read and checked up to the signed checkpoints: none was left out or changed by whoever served them.',
  'No entry of the tenant, of those that are not listed under `found`, tells of work in the jurisdiction or of a decision that let a record go there.',
  'A log that shows others another history for the same period cannot have the cosignatures that are named here.',
];
const DOES_NOT_PROVE = [
  'That what was never recorded did not happen: the statement speaks of records that went through the mesh.',
  'Anything about what people or systems outside the mesh did with the data.',
  'Times better than the clocks of the cells and of the witnesses beside them.',
];

/** States whether anything of a tenant was in a jurisdiction during a period, from whole logs of all its cells. Pure. */
export function stateAbsence(
  { tenant, from, to }: Period,
  jurisdiction: string,
  logs: readonly ScannedLog[],
): AbsenceStatement {
  const found = logs.flatMap(({ origin, entries }) =>
    entries.flatMap(({ index, eventId, fact, loggedAt }): readonly Presence[] => {
      const at = (fact?.at ?? loggedAt).toISOString();
      if (!fact) return [{ origin, index, eventId, how: 'unreadable', kind: '', at }];
      const { kind, decision } = fact;
      const sent = decision?.outcome === 'allow' && decision.toJurisdiction === jurisdiction;
      const how = fact.jurisdiction === jurisdiction ? 'done-there' : sent ? 'sent-there' : null;
      return how === null ? [] : [{ origin, index, eventId, how, kind, at }];
    }),
  );
  return {
    tenant,
    jurisdiction,
    from: from.toISOString(),
    to: to.toISOString(),
    absent: found.length === 0,
    found,
    cells: logs.map(({ origin, checkpoint, witnesses, first, end, entries }) => ({
      origin,
      checkpoint,
      witnesses,
      first,
      end,
      entries: countBy(entries.map(({ fact }) => fact?.kind ?? 'long')),
    })),
    proves: PROVES,
    doesNotProve: DOES_NOT_PROVE,
  };
}

function countBy(kinds: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
