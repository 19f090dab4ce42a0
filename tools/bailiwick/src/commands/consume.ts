import { Argument, Command } from 'commander';
import { cellsOf, findStack } from '../stack/stack-file.js';
import { limit } from './options.js';
import type { Terminal } from './terminal.js';

interface ConsumeOptions {
  readonly region?: string;
  readonly limit?: number;
}

async function consume(options: ConsumeOptions, terminal: Terminal): Promise<void> {
  const cells = cellsOf(findStack(), options.region);
  // The Kafka client takes a second to load; the other commands start without it.
  const { consumeOutcomes } = await import('../consume/outcome-consumer.js');
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  await consumeOutcomes(cells, options.limit ?? Number.POSITIVE_INFINITY, terminal.print, interrupted.signal);
}

/** `bailiwick consume`. */
export const consumeCommand = (terminal: Terminal): Command =>
  new Command('consume')
    .description(
      'read the public analytics topics with a plain Kafka consumer, from the beginning, one JSON a line',
    )
    .addArgument(new Argument('<topic>', 'what to read').choices(['outcomes']))
    .option('--region <region>', 'only this cell')
    .option('--limit <n>', 'stop after so many; without it, until Ctrl-C', limit)
    .addHelpText(
      'after',
      `
Examples:
  bailiwick consume outcomes --limit 10
  bailiwick consume outcomes --region us-east | jq -r '[.tenant, .outcome, .durationMs] | @tsv'`,
    )
    .action((_topic: string, options: ConsumeOptions) => consume(options, terminal));
