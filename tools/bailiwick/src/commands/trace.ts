import { readFileSync } from 'node:fs';
import { EVENT_ID } from '@bailiwick/domain';
import { Command } from 'commander';
import { CliError, EXIT } from '../exit-code.js';
import { readFieldHistories } from '../lineage/field-history.js';
import { readHistories } from '../lineage/lineage-api.js';
import { mergeHistories } from '../lineage/merge-cells.js';
import { cellsOf, findStack } from '../stack/stack-file.js';
import { Signers } from '../trace/check-receipt.js';
import { renderFields } from '../trace/render-fields.js';
import { renderTrace } from '../trace/render-trace.js';
import { jsonOption } from './options.js';
import { reportFailures, type Terminal } from './terminal.js';

function readSigners(file: string): Signers {
  try {
    return Signers.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new CliError(EXIT.noStack, `the trust bundle ${file} cannot be read`);
  }
}

interface TraceOptions {
  readonly fields?: boolean;
  readonly json?: boolean;
}

async function trace(eventId: string, options: TraceOptions, terminal: Terminal): Promise<void> {
  if (!EVENT_ID.test(eventId))
    throw new CliError(EXIT.usage, `${eventId} is not an event id; an event id is evt_ and 26 characters`);
  if (options.fields) return traceFields(eventId, options, terminal);
  const stack = findStack();
  const { answers, failures } = await readHistories(cellsOf(stack), eventId);
  const history = mergeHistories(answers);
  reportFailures(terminal, failures);
  if (!history) throw new CliError(EXIT.no, `no cell knows the event ${eventId}`);
  if (options.json) terminal.print(JSON.stringify(history, null, 2));
  else {
    const { paint, print } = terminal;
    print(
      ...renderTrace(history, { trust: readSigners(stack.trustFile), jaeger: stack.jaeger.query, paint }),
    );
  }
}

async function traceFields(eventId: string, { json }: TraceOptions, terminal: Terminal): Promise<void> {
  const { answers, failures } = await readFieldHistories(cellsOf(findStack()), eventId);
  reportFailures(terminal, failures);
  const [home] = answers;
  if (!home) throw new CliError(EXIT.no, `no cell knows the event ${eventId}`);
  terminal.print(...(json ? [JSON.stringify(home, null, 2)] : renderFields(home, terminal.paint)));
}

/** `bailiwick trace`. */
export const traceCommand = (terminal: Terminal): Command =>
  new Command('trace')
    .description("print a record's way on one screen: steps, decision, receipt, fields, write-back")
    .argument('<event id>', 'as ingest answered it, for example evt_…')
    .option(
      '--fields',
      'what happened to each field: label, as what the pool was given it, borders, decision',
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  bailiwick trace evt_abcdefghijklmnopqrstuvwx23
  bailiwick trace evt_abcdefghijklmnopqrstuvwx23 --fields
  bailiwick trace evt_abcdefghijklmnopqrstuvwx23 --json | jq '.fields'`,
    )
    .action((eventId: string, options: TraceOptions) => trace(eventId, options, terminal));
