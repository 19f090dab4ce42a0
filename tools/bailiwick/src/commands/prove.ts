import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { CREDENTIAL_ID, EVENT_ID } from '@bailiwick/domain';
import { Command } from 'commander';
import { CliError, EXIT } from '../exit-code.js';
import { readEvidence } from '../lineage/lineage-api.js';
import { cellsOf, findStack } from '../stack/stack-file.js';
import { reportFailures, type Terminal } from './terminal.js';

/** `evidence.json` for the cell of two that it is of: `evidence.eu-central.json`. */
function fileFor(out: string, region: string, alone: boolean): string {
  if (alone) return out;
  const extension = extname(out);
  return `${out.slice(0, out.length - extension.length)}.${region}${extension}`;
}

async function prove(eventId: string, { out }: { readonly out?: string }, terminal: Terminal): Promise<void> {
  if (!EVENT_ID.test(eventId) && !CREDENTIAL_ID.test(eventId))
    throw new CliError(
      EXIT.usage,
      `${eventId} is not an event id; an event id is evt_ and 26 characters, or lease_ or token_ and a UUID`,
    );
  const { answers, failures } = await readEvidence(cellsOf(findStack()), eventId);
  reportFailures(terminal, failures);
  if (answers.length === 0) throw new CliError(EXIT.no, `no log holds an entry of the event ${eventId}`);
  // A cell that does not answer may hold entries, too.
  const alone = answers.length === 1 && failures.length === 0;
  for (const { region, bundle } of answers) {
    const file = fileFor(out ?? `${eventId}.json`, region, alone);
    await writeFile(file, bundle);
    terminal.print(`${file}: what the log of ${region} holds of it`);
  }
}

/** `bailiwick prove`. */
export const proveCommand = (terminal: Terminal): Command =>
  new Command('prove')
    .description('write what proves to outsiders that a record went the way that its history says')
    .argument(
      '<event id>',
      'as ingest answered it, for example evt_…; or of a credential that was minted, lease_…',
    )
    .option('--out <file>', 'where to write; with several cells the region is put before the extension')
    .addHelpText(
      'after',
      `
One file for each cell whose log holds entries of the event: entries, inclusion proofs, signed checkpoint with cosignatures, receipts and public
keys. No entry holds personal data. Anybody checks it offline: npx bailiwick verify, or tools/tlog-check/verify.py.

Examples:
  bailiwick prove evt_abcdefghijklmnopqrstuvwx23 --out evidence.json`,
    )
    .action((eventId: string, options: { readonly out?: string }) => prove(eventId, options, terminal));
