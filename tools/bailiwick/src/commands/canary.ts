import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import type { Perch, Round } from '../canary/patrol.js';
import type { PlaceKind, Searched } from '../canary/place.js';
import { CliError, EXIT } from '../exit-code.js';
import { cellsOf, clientOf, findStack, type Stack } from '../stack/stack-file.js';
import { jsonOption } from './options.js';
import type { Terminal } from './terminal.js';

interface CanaryOptions {
  readonly region?: string;
  readonly tenant?: string;
  readonly purpose: string;
  /** Milliseconds. */
  readonly every?: number;
  readonly json?: boolean;
}

const UNITS = { s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Reads a duration such as 90s, 10m or 2h. */
function duration(text: string): number {
  const [, number, unit] = /^(\d+)([smh])$/.exec(text) ?? [];
  const milliseconds = Number(number) * UNITS[(unit ?? 's') as keyof typeof UNITS];
  if (milliseconds >= 10_000) return milliseconds;
  throw new InvalidArgumentError('a duration of 10s or more is expected, as 90s, 10m or 2h.');
}

/** Where canaries are planted: with the tenant that is named, or with one of each cell that has the purpose. */
function perches(stack: Stack, { region, tenant, purpose }: CanaryOptions): readonly Perch[] {
  const named = tenant === undefined ? undefined : clientOf(stack, tenant);
  return cellsOf(stack, named?.region ?? region).map((cell) => {
    const able = ([name, client]: [string, Stack['tenants'][string]]): boolean =>
      tenant === undefined
        ? client.region === cell.region && client.purposes.includes(purpose)
        : name === tenant;
    const found = Object.entries(stack.tenants).find(able);
    if (found) return { cell, tenant: found[0] };
    throw new CliError(
      EXIT.usage,
      `no tenant of ${cell.region} has the purpose ${purpose}; name one with --tenant`,
    );
  });
}

const KINDS: readonly PlaceKind[] = ['topic', 'table', 'log', 'trace', 'metric', 'file'];

/** How much was searched, by kind of place: `45 topics (0.1 MB)`. */
const extent = (searched: readonly Searched[]): string =>
  KINDS.map((kind) => {
    const places = searched.filter((place) => place.kind === kind);
    const bytes = places.reduce((sum, place) => sum + place.bytes, 0);
    return `${places.length} ${kind}${places.length === 1 ? '' : 's'} (${(bytes / 1e6).toFixed(1)} MB)`;
  }).join(', ');

function report({ planted, outcome, searched }: Round, { print, paint }: Terminal): void {
  print(
    `${planted.eventId} of ${planted.tenant} in ${planted.region}: ${outcome}; searched ${extent(searched)}`,
  );
  for (const { region, kind, name, found } of searched)
    if (found.length > 0)
      print(`${paint('LEAK', 'bad')} in ${region}: ${kind} ${name} holds ${found.join(', ')}`);
}

async function canary(options: CanaryOptions, terminal: Terminal): Promise<void> {
  const stack = findStack();
  const at = perches(stack, options);
  // Only this command reads databases and brokers at once: the others start faster without it.
  const { patrol } = await import('../canary/patrol.js');
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, stop);
  const { signal } = stopping;
  const round = async (): Promise<void> => {
    for (const perch of at) {
      if (signal.aborted) return;
      const done = await patrol(stack, perch, options.purpose, signal);
      if (options.json) terminal.print(JSON.stringify(shown(done)));
      else report(done, terminal);
      if (done.searched.some(({ found }) => found.length > 0)) terminal.exit(EXIT.no);
    }
  };
  try {
    do {
      await round().catch((thrown: unknown) => {
        // Once, it is the answer; on patrol, a cell that is away now is searched the next time.
        if (options.every === undefined || !(thrown instanceof CliError)) throw thrown;
        terminal.warn(thrown.message);
      });
      if (options.every !== undefined) await sleep(options.every, undefined, { signal });
    } while (options.every !== undefined);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  } finally {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, stop);
  }
}

/** A round for programs; the canary's values are synthetic, and still nobody needs them. */
const shown = ({ planted: { eventId, region, tenant }, outcome, searched }: Round): object => ({
  eventId,
  region,
  tenant,
  outcome,
  searched,
});

/** `bailiwick canary`. */
export const canaryCommand = (terminal: Terminal): Command =>
  new Command('canary')
    .description(
      'plant a record with values that exist nowhere else, and search every place of every cell for them',
    )
    .option('--region <region>', 'plant in this cell only; every cell is searched')
    .option('--tenant <tenant>', "whose record it is (default: a tenant of the cell's own)")
    .option('--purpose <purpose>', 'for which purpose it is sent', 'case-triage')
    .option('--every <duration>', 'again and again, as 10m, until a signal', duration)
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
A find is printed, raised as the violation canary-found, and ends the command with exit code 1.

Examples:
  bailiwick canary
  bailiwick canary --every 10m
  bailiwick canary --region eu-central --tenant nordlicht --json`,
    )
    .action((options: CanaryOptions) => canary(options, terminal));
