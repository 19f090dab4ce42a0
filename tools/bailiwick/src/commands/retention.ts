import { Command } from 'commander';
import { readRetention, type Retention } from '../erasure/erasures-api.js';
import { table } from '../print/table.js';
import { cellsOf, findStack } from '../stack/stack-file.js';
import { jsonOption } from './options.js';
import { reportFailures, type Terminal } from './terminal.js';

interface RetentionOptions {
  readonly region?: string;
  readonly json?: boolean;
}

const HOUR_MS = 3_600_000;
const OPENS = {
  subject: "the data subject's key",
  pool: "the pool's key, until it is gone",
  nobody: '(nothing personal)',
} as const;
const ERASED = {
  'key-destroyed': "the data subject's key",
  deleted: 'rows go with an erasure',
  'nothing-personal': '(nothing personal)',
} as const;

/** `7 d`, `12 h`, or that it is kept. */
function spanOf(ms: number | null): string {
  if (ms === null || ms < 0) return 'kept';
  const hours = ms / HOUR_MS;
  return hours >= 48 ? `${Math.round(hours / 24)} d` : `${Math.round(hours)} h`;
}

const rowsOf = ({ topics, tables }: Retention): string[][] => [
  ...topics.map(({ name, retentionMs, opens }) => [name, spanOf(retentionMs), OPENS[opens]]),
  ...tables.map(({ name, retentionMs, erasure }) => [name, spanOf(retentionMs), ERASED[erasure]]),
];

async function retention({ region, json }: RetentionOptions, terminal: Terminal): Promise<void> {
  const { answers, failures } = await readRetention(cellsOf(findStack(), region));
  if (json) terminal.print(JSON.stringify(answers, null, 2));
  else
    for (const cell of answers)
      terminal.print(
        cell.region,
        ...table(['TOPIC OR TABLE', 'GONE AFTER', 'OPENS BY'], rowsOf(cell), terminal.paint),
        '',
      );
  reportFailures(terminal, failures);
}

/** `bailiwick retention`. */
export const retentionCommand = (terminal: Terminal): Command =>
  new Command('retention')
    .description(
      'tell after how long what lies on each topic and in each table is gone, and whose key opens it',
    )
    .option('--region <region>', 'only of this cell')
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  bailiwick retention --region eu-central')
    .action((options: RetentionOptions) => retention(options, terminal));
