import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { z } from 'zod';
import { askClassifier, type Administrator, type Explanation } from '../classify/ask-classifier.js';
import { CliError, EXIT } from '../exit-code.js';
import { table } from '../print/table.js';
import { cellsOf, clientOf, findStack } from '../stack/stack-file.js';
import { jsonOption } from './options.js';
import type { Terminal } from './terminal.js';

interface ClassifyOptions extends Partial<Administrator> {
  readonly tenant: string;
  readonly purpose: string;
  readonly json?: boolean;
}

/** A record as for `send`; the CRM's id of it is not needed. */
const ClassifyFile = z.object({ object: z.string().min(1), fields: z.record(z.string(), z.unknown()) });

function readRecord(file: string): z.infer<typeof ClassifyFile> {
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch {
    throw new CliError(EXIT.usage, `${file} cannot be read as JSON`);
  }
  const record = ClassifyFile.safeParse(document);
  if (record.success) return record.data;
  throw new CliError(EXIT.usage, `${file}: an object with object and fields is expected`);
}

function lines(
  { fields, highestSensitivity, purposeVersion }: Explanation,
  terminal: Terminal,
): readonly string[] {
  const found = fields.flatMap(({ name, findings }) =>
    findings.map(({ start, end, entity, score, recognizer, evidence }) => [
      name,
      `${start}-${end}`,
      entity,
      score.toFixed(2),
      `${recognizer}: ${evidence.join(', ')}`,
    ]),
  );
  return [
    ...table(
      ['FIELD', 'CATEGORY', 'SENSITIVITY', 'BASIS', 'ACTION', 'WOULD BE KEPT'],
      fields.map(({ name, category, sensitivity, basis, action, kept }) => [
        name,
        category,
        sensitivity,
        basis,
        action,
        kept === null ? '' : JSON.stringify(kept),
      ]),
      terminal.paint,
    ),
    ...(found.length === 0
      ? []
      : ['', ...table(['FOUND IN', 'WHERE', 'ENTITY', 'SCORE', 'WHY'], found, terminal.paint)]),
    '',
    `purpose version ${purposeVersion}; what is left is ${highestSensitivity} at most`,
  ];
}

/** Whom the options name, and what they leave out as the running stack has it. */
function administratorFor({ tenant, url, certificate, key, authority }: ClassifyOptions): Administrator {
  if (url !== undefined && certificate !== undefined && key !== undefined && authority !== undefined)
    return { url, certificate, key, authority };
  const stack = findStack();
  const [cell] = cellsOf(stack, clientOf(stack, tenant).region);
  if (!cell) throw new CliError(EXIT.usage, `the running stack has no cell of ${tenant}`);
  const { http, administrator } = cell.classifier;
  return {
    url: url ?? http,
    certificate: certificate ?? administrator.certificate,
    key: key ?? administrator.key,
    authority: authority ?? administrator.authority,
  };
}

async function classify(file: string, options: ClassifyOptions, terminal: Terminal): Promise<void> {
  const { tenant, purpose, json } = options;
  const explanation = await askClassifier(administratorFor(options), {
    tenant,
    purpose,
    ...readRecord(file),
  });
  terminal.print(...(json ? [JSON.stringify(explanation, null, 2)] : lines(explanation, terminal)));
}

/** `bailiwick classify`. */
export const classifyCommand = (terminal: Terminal): Command =>
  new Command('classify')
    .description('ask a classifier what it would keep of a record, and why; it stores nothing')
    .argument('<file>', 'JSON file with object and fields; - reads standard input')
    .requiredOption('--tenant <tenant>', 'whose purpose')
    .requiredOption('--purpose <purpose>', 'for which purpose')
    .option('--url <url>', "https://host:port of the classifier's BAILIWICK_API_PORT")
    .option('--certificate <file>', 'PEM file of an administrator whom BAILIWICK_EXPLAIN_PEERS names')
    .option('--key <file>', 'PEM file of its key')
    .option('--authority <file>', 'PEM file of the authority of the mesh')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
What would be kept is printed as it is: it is what a model would see, and may hold what the record says.
What is left out of --url, --certificate, --key and --authority is that of the running stack, in the tenant's home cell.

Examples:
  bailiwick classify record.json --tenant atlas --purpose case-triage
  bailiwick classify record.json --tenant atlas --purpose case-triage --url https://127.0.0.1:8443 \\
    --certificate admin.pem --key admin.key --authority ca.pem`,
    )
    .action((file: string, options: ClassifyOptions) => classify(file, options, terminal));
