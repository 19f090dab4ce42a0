import { readFileSync } from 'node:fs';
import { AnalyticsGrant } from '@bailiwick/contracts';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { CliError, EXIT } from '../exit-code.js';

const GrantDocument = z.strictObject({ grant: AnalyticsGrant });

/** Reads the grants that a YAML file asks for, one a document. Throws a usage error that names what is wrong. */
export function readGrants(file: string): readonly AnalyticsGrant[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new CliError(EXIT.usage, `${file} cannot be read`);
  }
  return parseAllDocuments(text).map((document) => {
    if (document.errors.length > 0) throw new CliError(EXIT.usage, `${file} is not YAML`);
    const parsed = GrantDocument.safeParse(document.toJS());
    if (parsed.success) return parsed.data.grant;
    const [issue] = parsed.error.issues;
    throw new CliError(
      EXIT.usage,
      `${file} asks for no grant: ${issue?.path.join('.') || 'grant'}: ${issue?.message ?? ''}`,
    );
  });
}
