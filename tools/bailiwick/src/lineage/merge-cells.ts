import { OUTCOMES, type Event, type History } from './history.js';

const rank = ({ outcome }: Event): number => OUTCOMES.indexOf(outcome);
const when = ({ receivedAt, updatedAt }: Event): number => Date.parse(receivedAt ?? updatedAt);

/**
 * What two cells say about one event: the cell that received it names it, the higher outcome counts. A record that
 * was answered abroad ends at home, one that was held or broken abroad ends there.
 */
function mergeEvents(a: Event, b: Event): Event {
  const [home, away] = a.receivedAt === null && b.receivedAt !== null ? [b, a] : [a, b];
  const higher = rank(away) > rank(home) ? away : home;
  return {
    ...home,
    outcome: higher.outcome,
    reason: higher.reason,
    answeredIn: higher.answeredIn,
    pool: higher.pool,
    traceId: home.traceId ?? higher.traceId,
    updatedAt: a.updatedAt > b.updatedAt ? a.updatedAt : b.updatedAt,
  };
}

/** One list of all cells' events, newest first, each event once. A record that merely passes through a cell is not there. */
export function mergeLists(lists: readonly (readonly Event[])[], limit: number): readonly Event[] {
  const events = new Map<string, Event>();
  for (const event of lists.flat()) {
    const before = events.get(event.eventId);
    events.set(event.eventId, before ? mergeEvents(before, event) : event);
  }
  return [...events.values()]
    .filter(({ receivedAt, outcome }) => receivedAt !== null || outcome !== 'in-flight')
    .toSorted((a, b) => when(b) - when(a))
    .slice(0, limit);
}

/** One history of what each cell saw of a record; undefined when none saw it. */
export function mergeHistories(histories: readonly History[]): History | undefined {
  const [first, ...others] = histories.toSorted(
    (a, b) => Number(a.receivedAt === null) - Number(b.receivedAt === null),
  );
  if (!first) return undefined;
  return others.reduce<History>(
    (merged, other) => ({
      ...mergeEvents(merged, other),
      fields: [
        ...merged.fields,
        ...other.fields.filter(({ name }) => !merged.fields.some((field) => field.name === name)),
      ],
      steps: [...merged.steps, ...other.steps].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)),
      violations: [...merged.violations, ...other.violations],
    }),
    first,
  );
}
