import { Command } from 'commander';
import { CliError, EXIT } from '../exit-code.js';
import { cellsOf, clientOf, findStack } from '../stack/stack-file.js';
import type { Terminal } from './terminal.js';

interface TokenOptions {
  readonly tenant: string;
  readonly purpose?: string;
  readonly lineage?: true;
}

async function token({ tenant, purpose, lineage }: TokenOptions, { print }: Terminal): Promise<void> {
  if ((purpose === undefined) === (lineage === undefined))
    throw new CliError(EXIT.usage, 'say what for: one of --purpose and --lineage');
  const stack = findStack();
  const client = clientOf(stack, tenant);
  // Signing is loaded only where it is used: the other commands start faster without it.
  const { accessToken } = await import('../send/access-token.js');
  if (purpose !== undefined)
    return print(await accessToken(stack, client, `tenant:${tenant} purpose:${purpose}`));
  const [cell] = cellsOf(stack, client.region);
  const provider = { ...stack.identityProvider, audience: cell?.lineage.audience ?? '' };
  const scope = `tenant:${tenant} lineage:read`;
  print(await accessToken({ identityProvider: provider }, client.compliance, scope));
}

/** `bailiwick token`. */
export const tokenCommand = (terminal: Terminal): Command =>
  new Command('token')
    .description(
      'print an access token of a sample tenant, to send for one purpose or to read its lineage; five minutes',
    )
    .requiredOption('--tenant <tenant>', 'whose token')
    .option('--purpose <purpose>', 'what it may send for')
    .option('--lineage', 'it reads the lineage of the tenant, and nothing else')
    .addHelpText(
      'after',
      `
Examples:
  TOKEN=$(bailiwick token --tenant atlas --purpose case-triage)
  BAILIWICK_TOKEN=$(bailiwick token --tenant atlas --lineage) bailiwick events`,
    )
    .action((options: TokenOptions) => token(options, terminal));
