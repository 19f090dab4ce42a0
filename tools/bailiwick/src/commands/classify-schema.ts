import { readFileSync } from 'node:fs';
import type { CrmObject } from '@bailiwick/detect';
import { Command } from 'commander';
import { z } from 'zod';
import { CliError, EXIT } from '../exit-code.js';
import type { Terminal } from './terminal.js';

interface ClassifySchemaOptions {
  readonly samples?: string;
  readonly object?: string;
}

/** A record of the CRM, of which only fields with one plain value are looked at. */
const Sample = z.record(z.string(), z.unknown());

async function classifySchema(
  file: string,
  options: ClassifySchemaOptions,
  { print, warn }: Terminal,
): Promise<void> {
  // The recognisers are loaded only where they are used: the other commands start faster without them.
  const { createDetector, loadColumns } = await import('@bailiwick/detect');
  const { catalogYaml, classifyColumn, readCrmSchema } = await loadColumns();
  const schema = schemaOf(file, readCrmSchema);
  const samples = options.samples === undefined ? new Map() : samplesOf(options.samples);
  const find = createDetector();
  const proposals = schema.columns.map((column) =>
    classifyColumn(column, samples.get(column.name) ?? [], find),
  );
  print(catalogYaml({ ...schema, name: options.object ?? schema.name }, proposals).trimEnd());
  const unknown = proposals.filter(({ category }) => category === 'unknown').length;
  warn(`${proposals.length} fields, ${unknown} of them unknown: review each line before you commit it`);
}

function schemaOf(file: string, read: (json: unknown) => CrmObject): CrmObject {
  try {
    return read(JSON.parse(contentOf(file)));
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === 'NotACrmSchema')
      throw new CliError(EXIT.no, `${file}: ${thrown.message}`);
    if (thrown instanceof SyntaxError) throw new CliError(EXIT.no, `${file} is not JSON`);
    throw thrown;
  }
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new CliError(EXIT.usage, `${file} cannot be read`);
  }
}

/** Values by field. An error names the line and quotes nothing of it: samples are personal data. */
function samplesOf(file: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const [index, line] of contentOf(file).split('\n').entries()) {
    if (line.trim() === '') continue;
    for (const [name, value] of Object.entries(recordOf(line, `${file}:${index + 1}`))) {
      if (typeof value !== 'string' && typeof value !== 'number') continue;
      const list = values.get(name) ?? [];
      list.push(String(value));
      values.set(name, list);
    }
  }
  return values;
}

function recordOf(line: string, place: string): z.infer<typeof Sample> {
  try {
    return Sample.parse(JSON.parse(line));
  } catch {
    throw new CliError(EXIT.no, `${place} is not a JSON object`);
  }
}

/** `bailiwick classify-schema`. */
export const classifySchemaCommand = (terminal: Terminal): Command =>
  new Command('classify-schema')
    .description("propose a field catalog from a CRM's own metadata, as YAML to review and commit")
    .argument(
      '<file>',
      'JSON of Salesforce (FieldDefinition rows or a describe), HubSpot (properties) or Dataverse (EntityDefinition)',
    )
    .option(
      '--samples <file>',
      'records of the object, a JSON object a line; they are looked at here and go nowhere',
    )
    .option('--object <name>', "name of the object in records, where the file's own is another")
    .addHelpText(
      'after',
      '\nExample:\n  bailiwick classify-schema contact.json --samples contacts.jsonl > infra/catalog/Contact.yaml',
    )
    .action((file: string, options: ClassifySchemaOptions) => classifySchema(file, options, terminal));
