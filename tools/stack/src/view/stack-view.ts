import type { StackFile } from '../stack-file.js';
import type { EventRow } from './cell-events.js';

/** What one screen shows. */
export interface StackView {
  readonly stack: StackFile;
  /** Recent events by region, newest first; null while lineage does not answer. */
  readonly events: ReadonlyMap<string, readonly EventRow[] | null>;
  /** Names of processes that should run and do not. */
  readonly down: readonly string[];
  /** What the supervisor said last. */
  readonly lastWords: readonly string[];
}

const OUTCOMES = ['in-flight', 'answered', 'held', 'denied', 'dead-lettered'] as const;

/** How many events of a list have each outcome, in words; outcomes that have none are left out. */
export function countOutcomes(events: readonly Pick<EventRow, 'outcome'>[]): string {
  const counts = OUTCOMES.map(
    (outcome) => [outcome, events.filter((event) => event.outcome === outcome).length] as const,
  );
  const present = counts.filter(([, count]) => count > 0);
  return present.length === 0
    ? 'nothing yet'
    : present.map(([outcome, count]) => `${count} ${outcome}`).join(', ');
}

/** Why events are held or denied, most frequent first. */
export function countReasons(events: readonly Pick<EventRow, 'outcome' | 'reason'>[]): string {
  const counts = new Map<string, number>();
  for (const { outcome, reason } of events)
    if (reason !== null && outcome !== 'answered' && outcome !== 'in-flight')
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${count} × ${reason}`)
    .join(', ');
}

/** Renders the screen in lines of at most `width` characters; at most `height` of them. */
export function renderView(view: StackView, width: number, height: number): readonly string[] {
  const { stack } = view;
  const cells = Object.values(stack.cells);
  const perCell = Math.max(2, Math.floor((height - 12 - cells.length * 4) / Math.max(1, cells.length)));
  const lines = [
    'Bailiwick — local stack. Ctrl-C stops everything it started.',
    `  stack file  ${process.env['BAILIWICK_STACK_FILE'] ?? '.bailiwick/stack.json'}`,
    `  identity    ${stack.identityProvider.issuer}    control-plane ${stack.controlPlane.http}`,
    `  Jaeger      ${stack.jaeger.query ?? 'none'}    sample CRM ${stack.sampleCrm.url}`,
    '',
  ];
  for (const { region, jurisdiction, ingest, lineage } of cells) {
    const events = view.events.get(region) ?? null;
    lines.push(
      `${region} (${jurisdiction})  ingest ${ingest.http}  gRPC ${ingest.grpc}  lineage ${lineage.api}`,
    );
    if (events === null) {
      lines.push('  starting', '');
      continue;
    }
    const reasons = countReasons(events);
    lines.push(`  last ${events.length}: ${countOutcomes(events)}${reasons && ` — held for: ${reasons}`}`);
    lines.push(...events.slice(0, perCell).map(renderEvent), '');
  }
  if (view.down.length > 0) lines.push(`down: ${view.down.join(', ')}`);
  lines.push(...view.lastWords.slice(-3).map((line) => `· ${line}`));
  return lines.slice(0, height).map((line) => line.slice(0, width));
}

function renderEvent({
  eventId,
  tenant,
  purpose,
  outcome,
  reason,
  answeredIn,
  pool,
  updatedAt,
}: EventRow): string {
  const where = answeredIn === null ? (reason ?? '') : `in ${answeredIn}, pool ${pool ?? '?'}`;
  return `  ${updatedAt.slice(11, 19)}  ${eventId}  ${tenant.padEnd(10)} ${purpose.padEnd(12)} ${outcome.padEnd(13)} ${where}`;
}
