import { Command, Option } from 'commander';
import { OUTCOMES, type Event } from '../lineage/history.js';
import { listEvents } from '../lineage/lineage-api.js';
import { mergeLists } from '../lineage/merge-cells.js';
import { lookOf } from '../print/style.js';
import { table, timeOf, type TableCell } from '../print/table.js';
import { cellsOf, findStack } from '../stack/stack-file.js';
import { jsonOption, limit } from './options.js';
import { reportFailures, type Terminal } from './terminal.js';

interface EventsOptions {
  readonly tenant?: string;
  readonly outcome?: string;
  readonly region?: string;
  readonly limit: number;
  readonly json?: boolean;
}

const row = ({
  eventId,
  tenant,
  purpose,
  outcome,
  reason,
  answeredIn,
  pool,
  ...event
}: Event): TableCell[] => [
  timeOf(event.receivedAt ?? event.updatedAt),
  eventId,
  tenant,
  purpose,
  { text: outcome, look: lookOf(outcome) },
  answeredIn === null ? (reason ?? '') : `in ${answeredIn} by ${pool ?? 'unknown'}`,
];

async function events(options: EventsOptions, terminal: Terminal): Promise<void> {
  const cells = cellsOf(findStack(), options.region);
  const { answers, failures } = await listEvents(cells, options);
  const merged = mergeLists(answers, options.limit).filter(
    ({ outcome }) => options.outcome === undefined || outcome === options.outcome,
  );
  if (options.json) terminal.print(JSON.stringify(merged, null, 2));
  else if (merged.length === 0) terminal.print('no such events');
  else
    terminal.print(
      ...table(
        ['RECEIVED (UTC)', 'EVENT', 'TENANT', 'PURPOSE', 'OUTCOME', 'WHERE OR WHY'],
        merged.map(row),
        terminal.paint,
      ),
    );
  reportFailures(terminal, failures);
}

/** `bailiwick events`. */
export const eventsCommand = (terminal: Terminal): Command =>
  new Command('events')
    .description('list recent events of all cells, newest first')
    .option('--tenant <tenant>', 'only events of this tenant')
    .addOption(new Option('--outcome <outcome>', 'only events that stand so').choices([...OUTCOMES]))
    .option('--region <region>', 'only what this cell saw')
    .option('--limit <n>', 'at most so many', limit, 20)
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  bailiwick events
  bailiwick events --tenant nordlicht --outcome held
  bailiwick events --limit 100 --json | jq -r '.[].eventId'`,
    )
    .action((options: EventsOptions) => events(options, terminal));
