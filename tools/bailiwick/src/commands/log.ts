import { LogFault, VerifiedLog, fsck, type TileReader, type TreeHead } from '@bailiwick/tlog';
import { Command } from 'commander';
import { keptFrom } from '../evidence/kept-from.js';
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
  /** Null when only the checkpoint was looked at. */
  readonly checked: Checked | null;
}

/** What reading the whole of a log showed. */
interface Checked {
  /** Index of the first entry that is kept; those before it are over by retention. */
  readonly from: number;
  /** What is wrong; null when nothing is. */
  readonly fault: string | null;
}

async function checkedLog(read: TileReader, head: TreeHead): Promise<Checked> {
  const kept = await VerifiedLog.open(read, head)
    .then((opened) => keptFrom(read, opened))
    .catch(unread);
  if (kept.fault !== null) return { from: kept.from, fault: kept.fault };
  const verdict = await fsck(read, head, kept.from);
  return { from: kept.from, fault: verdict.ok ? null : verdict.fault.message };
}

/** What cannot even be opened is for the check of everything to name. */
function unread(thrown: unknown): { from: number; fault: null } {
  if (!(thrown instanceof LogFault)) throw thrown;
  return { from: 0, fault: null };
}

async function stateOf(log: KnownLog, logs: readonly KnownLog[], check: boolean): Promise<LogState> {
  const cell = check ? cellOfLog(log, findStack()) : undefined;
  const { read, head, cosignedBy } = await openServedLog(log, witnessesOf(log, logs), cell);
  return {
    origin: head.origin,
    size: head.size,
    root: Buffer.from(head.root).toString('base64'),
    cosignedBy,
    checked: check ? await checkedLog(read, head) : null,
  };
}

function render({ origin, size, root, cosignedBy, checked }: LogState, { paint }: Terminal): string {
  const seen = cosignedBy.length > 0 ? `cosigned by ${cosignedBy.join(', ')}` : 'not cosigned';
  return `${origin}: ${size} entries, root ${root}, ${seen}${checked ? checkSentence(checked, paint) : ''}`;
}

function checkSentence({ from, fault }: Checked, paint: Terminal['paint']): string {
  if (fault !== null) return paint(`, BROKEN: ${fault}`, 'bad');
  const which = from === 0 ? 'every entry and tile' : `every entry and tile from entry ${from} on`;
  const gone = from === 0 ? '' : '; those before it are over by retention';
  return paint(`, ${which} checked${gone}`, 'good');
}

async function log({ keys, check = false, json }: LogOptions, terminal: Terminal): Promise<void> {
  const logs = readKnownLogs(keys ?? findStack().logsFile);
  const states = await Promise.all(logs.map((known) => stateOf(known, logs, check)));
  terminal.print(
    ...(json ? [JSON.stringify(states, null, 2)] : states.map((state) => render(state, terminal))),
  );
  if (states.some(({ checked }) => checked && checked.fault !== null)) terminal.exit(EXIT.no);
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
Entries that are older than a year are over by retention; --check accepts that they are missing if the first one that is there is that old.

Examples:
  bailiwick log --check`,
    )
    .action((options: LogOptions) => log(options, terminal));
