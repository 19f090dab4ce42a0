import { Command, Option } from 'commander';
import { listTransfers, totalTransfers, type TransferQuery } from '../lineage/transfers-api.js';
import type { Transfer, TransferTotal } from '../lineage/transfer.js';
import { table, timeOf, type TableCell } from '../print/table.js';
import { cellsOf, findStack } from '../stack/stack-file.js';
import { jsonOption, limit, moment } from './options.js';
import { reportFailures, type Terminal } from './terminal.js';

interface TransfersOptions extends TransferQuery {
  readonly region?: string;
  readonly totals?: boolean;
  readonly json?: boolean;
}

const way = (from: string, to: string): string => `${from} -> ${to}`;

const row = (transfer: Transfer): TableCell[] => [
  timeOf(transfer.at),
  transfer.direction,
  way(transfer.fromJurisdiction, transfer.toJurisdiction),
  transfer.basis,
  transfer.pool,
  `profile ${transfer.profileVersion}`,
  transfer.fields.join(', '),
  transfer.eventId,
];

const totalRow = (total: TransferTotal): TableCell[] => [
  total.direction,
  way(total.fromJurisdiction, total.toJurisdiction),
  total.basis,
  String(total.transfers),
  String(total.subjects),
  total.fields.join(', '),
  timeOf(total.first),
  timeOf(total.last),
];

async function transfers(options: TransfersOptions, terminal: Terminal): Promise<void> {
  const { region, totals, json, ...query } = options;
  const cells = cellsOf(findStack(), region);
  if (totals) {
    const { answers, failures } = await totalTransfers(cells, query);
    const all = answers.flat();
    if (json) terminal.print(JSON.stringify(all, null, 2));
    else if (all.length === 0) terminal.print(`nothing of ${query.tenant} crossed a border`);
    else
      terminal.print(
        ...table(
          ['WAY', 'FROM -> TO', 'BASIS', 'TRANSFERS', 'SUBJECTS', 'FIELDS', 'FIRST (UTC)', 'LAST (UTC)'],
          all.map(totalRow),
          terminal.paint,
        ),
      );
    return reportFailures(terminal, failures);
  }
  const { answers, failures } = await listTransfers(cells, query);
  const newest = answers
    .flat()
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .slice(0, query.limit);
  if (json) terminal.print(JSON.stringify(newest, null, 2));
  else if (newest.length === 0) terminal.print(`nothing of ${query.tenant} crossed a border`);
  else
    terminal.print(
      ...table(
        ['AT (UTC)', 'WAY', 'FROM -> TO', 'BASIS', 'POOL', 'UNDER', 'FIELDS', 'EVENT'],
        newest.map(row),
        terminal.paint,
      ),
    );
  reportFailures(terminal, failures);
}

/** `bailiwick transfers`. */
export const transfersCommand = (terminal: Terminal): Command =>
  new Command('transfers')
    .description(
      "show a tenant's transfer register: what crossed to another jurisdiction, when, on which basis",
    )
    .requiredOption('--tenant <tenant>', 'whose register')
    .option('--from <time>', 'from this time on (ISO 8601)', moment)
    .option('--to <time>', 'until before this time (ISO 8601)', moment)
    .addOption(new Option('--totals', 'totals by jurisdiction and basis: transfers, data subjects, fields'))
    .option('--region <region>', 'only the register of this cell')
    .option('--limit <n>', 'at most so many', limit, 20)
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Both sides keep a register: \`out\` is what left a cell, \`in\` what came in. Only the side that it left names the fields.

Examples:
  bailiwick transfers --tenant atlas
  bailiwick transfers --tenant atlas --totals --from 2026-11-01`,
    )
    .action((options: TransfersOptions) => transfers(options, terminal));
