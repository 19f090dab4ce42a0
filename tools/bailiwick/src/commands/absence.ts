import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { stateAbsence, type AbsenceStatement } from '../absence/absence-statement.js';
import { scanLog } from '../absence/scan-log.js';
import { readKnownLogs } from '../evidence/known-logs.js';
import { cellOfLog, witnessesOf } from '../evidence/served-log.js';
import { EXIT } from '../exit-code.js';
import { findStack } from '../stack/stack-file.js';
import { jsonOption, moment } from './options.js';
import type { Terminal } from './terminal.js';

interface AbsenceOptions {
  readonly tenant: string;
  readonly jurisdiction: string;
  readonly from: string;
  readonly to?: string;
  readonly keys?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** Entries that are shown of those that speak against it. */
const SHOWN = 20;

function render(statement: AbsenceStatement): readonly string[] {
  const { tenant, jurisdiction, from, to, absent, found, cells } = statement;
  return [
    `${tenant} in ${jurisdiction}, ${from} to ${to}: ${absent ? 'nothing' : `${found.length} entries`}`,
    ...cells.map(({ origin, first, end, entries, witnesses }) => {
      const kinds = Object.entries(entries).map(([kind, count]) => `${count} ${kind}`);
      const cosigned = witnesses.length > 0 ? `cosigned by ${witnesses.join(', ')}` : 'not cosigned';
      return `  ${origin}: entries ${first} to ${end} read, ${cosigned}; of ${tenant}: ${kinds.join(', ') || 'none'}`;
    }),
    ...found
      .slice(0, SHOWN)
      .map(
        ({ origin, index, eventId, how, kind, at }) =>
          `  ${at} ${how} ${kind} ${eventId} (${origin} ${index})`,
      ),
    ...(found.length > SHOWN ? [`  and ${found.length - SHOWN} more; --json or --out has all`] : []),
    '  It proves:',
    ...statement.proves.map((sentence) => `    ${sentence}`),
    '  It does not prove:',
    ...statement.doesNotProve.map((sentence) => `    ${sentence}`),
  ];
}

async function absence(options: AbsenceOptions, terminal: Terminal): Promise<void> {
  const { tenant, jurisdiction } = options;
  const stack = findStack();
  const logs = readKnownLogs(options.keys ?? stack.logsFile);
  const period = {
    tenant,
    from: new Date(options.from),
    to: options.to === undefined ? new Date() : new Date(options.to),
  };
  const scanned = await Promise.all(
    logs.map((log) => scanLog(log, witnessesOf(log, logs), cellOfLog(log, stack), period)),
  );
  const statement = stateAbsence(period, jurisdiction, scanned);
  const json = JSON.stringify(statement, null, 2);
  if (options.out !== undefined) await writeFile(options.out, `${json}\n`);
  terminal.print(...(options.json ? [json] : render(statement)));
  if (!statement.absent) terminal.exit(EXIT.no);
}

/** `bailiwick absence`. */
export const absenceCommand = (terminal: Terminal): Command =>
  new Command('absence')
    .description('state that nothing of a tenant was in a jurisdiction, from the whole logs of a period')
    .requiredOption('--tenant <tenant>', 'whose records')
    .requiredOption('--jurisdiction <jurisdiction>', 'where they are to have been absent')
    .requiredOption('--from <time>', 'from this time on (ISO 8601)', moment)
    .option('--to <time>', 'until before this time (ISO 8601); now when left out', moment)
    .option('--keys <file>', 'logs of all cells and their keys; those of the running stack when left out')
    .option('--out <file>', 'write the statement here, too')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Reads every entry of the period from the log of every cell and checks each up to the signed checkpoint. Exit code 1 when something was there.

Examples:
  bailiwick absence --tenant nordlicht --jurisdiction us --from 2026-11-01`,
    )
    .action((options: AbsenceOptions) => absence(options, terminal));
