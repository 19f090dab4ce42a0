import { Command } from 'commander';
import { clientOf, findStack } from '../stack/stack-file.js';
import type { Terminal } from './terminal.js';

interface TokenOptions {
  readonly tenant: string;
  readonly purpose: string;
}

async function token({ tenant, purpose }: TokenOptions, { print }: Terminal): Promise<void> {
  const stack = findStack();
  const client = clientOf(stack, tenant);
  // Signing is loaded only where it is used: the other commands start faster without it.
  const { accessToken } = await import('../send/access-token.js');
  print(await accessToken(stack, client, `tenant:${tenant} purpose:${purpose}`));
}

/** `bailiwick token`. */
export const tokenCommand = (terminal: Terminal): Command =>
  new Command('token')
    .description(
      'print an access token of a sample tenant for one purpose, for curl and grpcurl; five minutes',
    )
    .requiredOption('--tenant <tenant>', 'whose token')
    .requiredOption('--purpose <purpose>', 'what it may send for')
    .addHelpText('after', '\nExample:\n  TOKEN=$(bailiwick token --tenant atlas --purpose case-triage)')
    .action((options: TokenOptions) => token(options, terminal));
