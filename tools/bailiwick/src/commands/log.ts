import { fsck } from '@bailiwick/tlog';
import { Command } from 'commander';
import { readKnownLogs, type KnownLog } from '../evidence/known-logs.js';
import { cellOfLog, openServedLog, witnessesOf } from '../evidence/served-log.js';
import { EXIT } from '../exit-code.js';
import { findStack } from '../stack/stack-file.js';
import { jsonOption } from './options.js';
import type { Terminal } from './terminal.js';

interface LogOptions {
  readonly keys?: string;
  readonly check?: boolean;
  readonly json?: boolean;
}

/** What is told of one log. */
interface LogState {
  readonly origin: string;
  readonly size: number;
  /** Base64. */
  readonly root: string;
  readonly cosignedBy: readonly string[];
  /** Null when only the checkpoint was looked at; otherwise what is wrong, or an empty text. */
  readonly fault: string | null;
}

async function stateOf(log: KnownLog, logs: readonly KnownLog[], check: boolean): Promise<LogState> {
  const cell = check ? cellOfLog(log, findStack()) : undefined;
  const { read, head, cosignedBy } = await openServedLog(log, witnessesOf(log, logs), cell);
  const verdict = check ? await fsck(read, head) : null;
  return {
    origin: head.origin,
    size: head.size,
    root: Buffer.from(head.root).toString('base64'),
    cosignedBy,
    fault: verdict === null ? null : verdict.ok ? '' : verdict.fault.message,
  };
}

function render({ origin, size, root, cosignedBy, fault }: LogState, { paint }: Terminal): string {
  const seen = cosignedBy.length > 0 ? `cosigned by ${cosignedBy.join(', ')}` : 'not cosigned';
  const checked =
    fault === null
      ? ''
      : fault === ''
        ? paint(', every entry and tile checked', 'good')
        : paint(`, BROKEN: ${fault}`, 'bad');
  return `${origin}: ${size} entries, root ${root}, ${seen}${checked}`;
}

async function log({ keys, check = false, json }: LogOptions, terminal: Terminal): Promise<void> {
  const logs = readKnownLogs(keys ?? findStack().logsFile);
  const states = await Promise.all(logs.map((known) => stateOf(known, logs, check)));
  terminal.print(
    ...(json ? [JSON.stringify(states, null, 2)] : states.map((state) => render(state, terminal))),
  );
  if (states.some(({ fault }) => fault !== null && fault !== '')) terminal.exit(EXIT.no);
}

/** `bailiwick log`. */
export const logCommand = (terminal: Terminal): Command =>
  new Command('log')
    .description(
      'show the transparency logs of all cells: size, root, who cosigned; --check reads all of them',
    )
    .option(
      '--check',
      'check every entry and every tile up to the signed root; exit code 1 when something is wrong',
    )
    .option('--keys <file>', 'logs of all cells and their keys; those of the running stack when left out')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  bailiwick log --check`,
    )
    .action((options: LogOptions) => log(options, terminal));
