import { readFileSync } from 'node:fs';
import { VerifierKey } from '@bailiwick/tlog';
import { z } from 'zod';
import { CliError, EXIT } from '../exit-code.js';

const verifierKey = z.string().transform((vkey, context): VerifierKey => {
  const key = VerifierKey.parse(vkey);
  if (key.ok) return key.value;
  context.addIssue({ code: 'custom', message: 'not a verifier key' });
  return z.NEVER;
});

/** The log of a cell: where it is served, its key, and the key of the witness beside it. */
export const KnownLog = z.object({
  region: z.string(),
  url: z.url(),
  log: verifierKey,
  witness: verifierKey,
});
export type KnownLog = z.infer<typeof KnownLog>;

/** Reads a file that lists logs, as the stack writes it. Throws with exit code 2 when it is none. */
export function readKnownLogs(file: string): readonly KnownLog[] {
  try {
    return z.array(KnownLog).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new CliError(EXIT.usage, `${file} is not a list of logs and their keys`);
  }
}
