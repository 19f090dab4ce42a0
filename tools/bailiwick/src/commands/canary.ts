import { Command, InvalidArgumentError } from 'commander';
import type { Perch, Round } from '../canary/patrol.js';
import type { MetricsAddress } from '../canary/patrol-metrics.js';
import type { PlaceKind, Searched } from '../canary/place.js';
import { CliError, EXIT } from '../exit-code.js';
import { cellsOf, clientOf, findStack, type Stack } from '../stack/stack-file.js';
import { again } from './again.js';
import { duration, jsonOption } from './options.js';
import type { Terminal } from './terminal.js';

interface CanaryOptions {
  readonly region?: string;
  readonly tenant?: string;
  readonly purpose: string;
  /** Milliseconds. */
  readonly every?: number;
  readonly metrics?: MetricsAddress;
  readonly json?: boolean;
}

/** Reads where to listen: a port of this machine, or an address and a port. */
function listenAt(text: string): MetricsAddress {
  const [, host = '127.0.0.1', port] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? [];
  if (port !== undefined && Number(port) <= 65_535) return { host, port: Number(port) };
  throw new InvalidArgumentError('a port is expected, or an address and a port, as 9464 or 10.0.0.7:9464.');
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
  const { patrolBegins, patrolSearched, serveMetrics } = await import('../canary/patrol-metrics.js');
  const round = async (signal: AbortSignal): Promise<void> => {
    for (const perch of at) {
      if (signal.aborted) return;
      const done = await patrol(stack, perch, options.purpose, signal);
      patrolSearched(perch.cell.region);
      if (options.json) terminal.print(JSON.stringify(shown(done)));
      else report(done, terminal);
      if (done.searched.some(({ found }) => found.length > 0)) terminal.exit(EXIT.no);
    }
  };
  if (options.every === undefined) return again(undefined, round, terminal);
  const regions = at.map(({ cell: { region } }) => region);
  patrolBegins(regions, options.every);
  const served = options.metrics === undefined ? null : await serveMetrics(options.metrics);
  try {
    await again(options.every, round, terminal);
  } finally {
    await served?.close();
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
    .option(
      '--metrics <address>',
      'with --every: serve /metrics at a port of this machine, or address:port',
      listenAt,
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
A find is printed, raised as the violation canary-found, and ends the command with exit code 1.

Examples:
  bailiwick canary
  bailiwick canary --every 10m --metrics 9464
  bailiwick canary --region eu-central --tenant nordlicht --json`,
    )
    .action((options: CanaryOptions) => canary(options, terminal));
