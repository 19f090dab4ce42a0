import type { DayProgress, SentEvent } from '../sample-crm/play-day.js';
import type { EventRow } from '../view/cell-events.js';

/** What became of one event of the sample day, beside what must have. */
export interface Verdict {
  readonly event: SentEvent;
  /** `answered`, `held`, `refused`, `dead-lettered`, `in-flight`, `unanswered` or `unknown` to lineage. */
  readonly became: string;
  readonly reason: string | null;
  readonly asExpected: boolean;
}

/** A denial is held like everything that is not lawful yet; only its reason differs. */
const SETTLED: Readonly<Record<EventRow['outcome'], string>> = {
  'in-flight': 'in-flight',
  answered: 'answered',
  held: 'held',
  denied: 'held',
  'dead-lettered': 'dead-lettered',
};

/** Judges every event that was sent by what the lineage of its home cell says. */
export function judgeDay(day: DayProgress, lineage: ReadonlyMap<string, EventRow>): readonly Verdict[] {
  return day.events.map((event) => {
    const row = lineage.get(event.eventId);
    const { became, reason } = standing(event, row);
    return { event, became, reason, asExpected: became === event.expected };
  });
}

function standing(event: SentEvent, row: EventRow | undefined): { became: string; reason: string | null } {
  if (event.delivery === 'unanswered') return { became: 'unanswered', reason: null };
  if (event.delivery !== 'accepted') return { became: 'refused', reason: event.delivery };
  return row ? { became: SETTLED[row.outcome], reason: row.reason } : { became: 'unknown', reason: null };
}

/** True when nothing of the day can still change: all of it was sent and every accepted event has an end. */
export const isOver = (day: DayProgress, verdicts: readonly Verdict[]): boolean =>
  day.done && verdicts.every(({ became }) => became !== 'in-flight' && became !== 'unknown');

/** The summary in lines: counts by tenant, purpose and outcome, then every event that is not as expected. */
export function summariseDay(day: DayProgress, verdicts: readonly Verdict[]): readonly string[] {
  const groups = new Map<string, number>();
  for (const { event, became, reason } of verdicts) {
    const why = reason === null || became === 'answered' ? '' : ` (${reason})`;
    const group = `${event.tenant.padEnd(10)} ${event.purpose.padEnd(12)} ${became}${why}`;
    groups.set(group, (groups.get(group) ?? 0) + 1);
  }
  const wrong = verdicts.filter(({ asExpected }) => !asExpected);
  return [
    `sample day: ${verdicts.length} of ${day.total} events sent`,
    ...[...groups]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([group, count]) => `  ${String(count).padStart(3)}  ${group}`),
    ...wrong.map(
      ({ event, became, reason }) =>
        `  NOT AS EXPECTED  ${event.eventId} of ${event.tenant} for ${event.purpose}: ${became}${reason === null ? '' : ` (${reason})`}, expected ${event.expected}`,
    ),
    wrong.length === 0 && verdicts.length === day.total
      ? 'every record ended as expected'
      : `${wrong.length + day.total - verdicts.length} records did not end as expected`,
  ];
}
