import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { CliError, EXIT } from '../exit-code.js';
import { RecordFile, cloudEvent, postRecord } from '../send/post-record.js';
import { cellsOf, clientOf, findStack } from '../stack/stack-file.js';
import type { Terminal } from './terminal.js';

interface SendOptions {
  readonly tenant: string;
  readonly purpose: string;
  readonly file: string;
  readonly id?: string;
  readonly region?: string;
}

function readRecord(file: string): RecordFile {
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch {
    throw new CliError(EXIT.usage, `${file} cannot be read as JSON`);
  }
  const record = RecordFile.safeParse(document);
  if (record.success) return record.data;
  const { path = [], message = '' } = record.error.issues[0] ?? {};
  throw new CliError(EXIT.usage, `${file}: ${path.join('.') || 'the record'}: ${message}`);
}

async function send({ tenant, purpose, file, id, region }: SendOptions, { print }: Terminal): Promise<void> {
  const stack = findStack();
  const client = clientOf(stack, tenant);
  const [cell] = cellsOf(stack, region ?? client.region);
  const record = readRecord(file);
  // Only this command signs: the others start faster without it.
  const { accessToken } = await import('../send/access-token.js');
  const token = await accessToken(stack, client, `tenant:${tenant} purpose:${purpose}`);
  const event = cloudEvent(record, { purpose, source: client.source, id: id ?? randomUUID() });
  print(await postRecord(cell?.ingest.http ?? '', stack.authority, token, event));
}

/** `bailiwick send`. */
export const sendCommand = (terminal: Terminal): Command =>
  new Command('send')
    .description('send one record as a sample tenant and print its event id')
    .requiredOption('--tenant <tenant>', 'who sends')
    .requiredOption('--purpose <purpose>', 'what for')
    .requiredOption('--file <file>', 'JSON file with object, recordId and fields; - reads standard input')
    .option('--id <id>', "the source's own id of the event; sending it again is safe (default: a new one)")
    .option('--region <region>', "ingest to send to (default: the tenant's home)")
    .addHelpText(
      'after',
      `
Examples:
  echo '{"object":"Case","recordId":"500-1","fields":{"Subject":"Invoice is wrong","Origin":"Email"}}' > record.json
  bailiwick send --tenant atlas --purpose case-triage --file record.json
  bailiwick trace "$(bailiwick send --tenant harbor --purpose case-triage --file record.json)"`,
    )
    .action((options: SendOptions) => send(options, terminal));
