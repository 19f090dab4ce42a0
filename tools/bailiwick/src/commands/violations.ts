import { Command } from 'commander';
import type { Violation } from '../lineage/history.js';
import { listViolations } from '../lineage/lineage-api.js';
import { table, timeOf, type TableCell } from '../print/table.js';
import { cellsOf, findStack } from '../stack/stack-file.js';
import { jsonOption, limit } from './options.js';
import { reportFailures, type Terminal } from './terminal.js';

interface ViolationsOptions {
  readonly region?: string;
  readonly limit: number;
  readonly json?: boolean;
}

const row = ({ at, region, service, code, tenant, eventId, detail }: Violation): TableCell[] => [
  timeOf(at),
  region,
  service,
  { text: code, look: 'bad' },
  tenant ?? '',
  eventId ?? '',
  detail,
];

async function violations(options: ViolationsOptions, terminal: Terminal): Promise<void> {
  const { answers, failures } = await listViolations(cellsOf(findStack(), options.region), options.limit);
  const newest = answers
    .flat()
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .slice(0, options.limit);
  if (options.json) terminal.print(JSON.stringify(newest, null, 2));
  else if (newest.length === 0) terminal.print('no violations');
  else
    terminal.print(
      ...table(
        ['AT (UTC)', 'REGION', 'SERVICE', 'CODE', 'TENANT', 'EVENT', 'DETAIL'],
        newest.map(row),
        terminal.paint,
      ),
    );
  reportFailures(terminal, failures);
}

/** `bailiwick violations`. */
export const violationsCommand = (terminal: Terminal): Command =>
  new Command('violations')
    .description('list attempts at what is forbidden, newest first')
    .option('--region <region>', 'only what this cell saw')
    .option('--limit <n>', 'at most so many', limit, 20)
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  bailiwick violations --region eu-central')
    .action((options: ViolationsOptions) => violations(options, terminal));
