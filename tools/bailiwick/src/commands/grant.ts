import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CellSpec } from '@bailiwick/domain';
import { Command } from 'commander';
import { parse } from 'yaml';
import { CliError, EXIT } from '../exit-code.js';
import { table } from '../print/table.js';
import { cellsOf, findStack, type StackCell } from '../stack/stack-file.js';
import { again } from './again.js';
import { duration, jsonOption } from './options.js';
import type { Terminal } from './terminal.js';

interface AddOptions {
  readonly file: string;
  readonly out?: string;
}
interface RegionOptions {
  readonly region?: string;
  readonly json?: boolean;
}
interface SweepOptions extends RegionOptions {
  /** Milliseconds. */
  readonly every?: number;
}
interface PlanOptions {
  readonly file: string;
  readonly cell: string;
}

async function add({ file, out }: AddOptions, { print }: Terminal): Promise<void> {
  const { readGrants } = await import('../grants/grant-file.js');
  const grants = readGrants(file);
  const stack = findStack();
  const { openDesk } = await import('../grants/open-desk.js');
  for (const grant of grants) {
    const [cell] = cellsOf(stack, grant.region) as [StackCell];
    const desk = await openDesk(stack, cell, grant.jurisdiction !== cell.jurisdiction);
    await desk.sweep();
    const folder = join(out ?? join(dirname(cell.grantsFile), grant.region), grant.id);
    const handover = await desk.give(grant, folder);
    print(
      `${grant.id} may read ${handover.topics.join(', ')} until ${new Date(grant.expires).toISOString()}`,
      `its certificate, key and client settings: ${handover.folder}`,
      `its consumer groups begin with ${handover.group.replace(/default$/, '')}`,
    );
  }
}

async function list({ region, json }: RegionOptions, terminal: Terminal): Promise<void> {
  const cells = cellsOf(findStack(), region);
  const { GrantStore } = await import('@bailiwick/stack');
  const grants = (await Promise.all(cells.map(({ grantsFile }) => new GrantStore(grantsFile).all()))).flat();
  if (json) {
    const withoutKeys = (name: string, value: unknown): unknown => (name === 'key' ? undefined : value);
    return terminal.print(JSON.stringify(grants, withoutKeys, 2));
  }
  if (grants.length === 0) return terminal.print('nothing is granted');
  const now = Date.now();
  terminal.print(
    ...table(
      ['GRANT', 'CELL', 'STANDS', 'UNTIL (UTC)', 'READS IN', 'TENANTS', 'CONSUMER'],
      grants.map(({ id, region: of, expires, jurisdiction, tenants, consumer }) => [
        id,
        of,
        Date.parse(expires) > now ? { text: 'granted', look: 'good' } : { text: 'over', look: 'bad' },
        expires,
        jurisdiction,
        tenants?.join(', ') ?? 'all',
        consumer,
      ]),
      terminal.paint,
    ),
  );
}

async function revoke(id: string, { region }: RegionOptions, { print }: Terminal): Promise<void> {
  const stack = findStack();
  const { openDesk } = await import('../grants/open-desk.js');
  const [cell] = cellsOf(stack, region) as [StackCell];
  await (await openDesk(stack, cell, false)).withdraw(id);
  print(`${id} reads nothing any more; its topic and its key are gone`);
}

async function sweep({ region, every }: SweepOptions, terminal: Terminal): Promise<void> {
  const stack = findStack();
  const { openDesk } = await import('../grants/open-desk.js');
  const sweepAll = async (signal: AbortSignal): Promise<void> => {
    for (const cell of cellsOf(stack, region)) {
      if (signal.aborted) return;
      for (const { id } of await (await openDesk(stack, cell, false)).sweep())
        terminal.print(`${id} of ${cell.region} was over and is ended`);
    }
  };
  await again(every, sweepAll, terminal);
}

async function plan({ file, cell }: PlanOptions, { print }: Terminal): Promise<void> {
  const { readGrants } = await import('../grants/grant-file.js');
  const { grantPlan } = await import('../grants/grant-plan.js');
  const spec = CellSpec.safeParse(parse(readFileSync(cell, 'utf8')));
  if (!spec.success) throw new CliError(EXIT.usage, `${cell} is no file of a cell`);
  for (const grant of readGrants(file)) {
    if (grant.region !== spec.data.region)
      throw new CliError(EXIT.usage, `${grant.id} is for ${grant.region}, not for ${spec.data.region}`);
    print(...grantPlan(spec.data, grant));
  }
}

/** `bailiwick grant`. */
export function grantCommand(terminal: Terminal): Command {
  const fileOption = [
    '-f, --file <file>',
    'YAML: grant: {id, consumer, region, topics, jurisdiction, tenants, expires}',
  ] as const;
  return new Command('grant')
    .description('let analytics consumers read topics of a cell, and end it')
    .addCommand(
      new Command('add')
        .description(
          'give what a file asks for: topic, broker grants, certificate; a grant that stands is renewed',
        )
        .requiredOption(...fileOption)
        .option('--out <folder>', 'where the folder for the consumer goes (default: beside the stack)')
        .action((options: AddOptions) => add(options, terminal)),
    )
    .addCommand(
      new Command('list')
        .description('list grants, without their keys')
        .option('--region <region>', 'only this cell')
        .addOption(jsonOption())
        .action((options: RegionOptions) => list(options, terminal)),
    )
    .addCommand(
      new Command('revoke')
        .description('take a grant back now')
        .argument('<id>', 'of the grant')
        .requiredOption('--region <region>', 'its cell')
        .action((id: string, options: RegionOptions) => revoke(id, options, terminal)),
    )
    .addCommand(
      new Command('sweep')
        .description(
          'end the grants that are over; a connection that stands outlives its certificate, not this',
        )
        .option('--region <region>', 'only this cell')
        .option(
          '--every <duration>',
          'again and again, as 1m, until a signal; a running stack does it by itself',
          duration,
        )
        .action((options: SweepOptions) => sweep(options, terminal)),
    )
    .addCommand(
      new Command('plan')
        .description('print what an operator does for a grant where no local stack is')
        .requiredOption(...fileOption)
        .requiredOption('--cell <file>', 'infra/jurisdictions/<region>.yaml')
        .action((options: PlanOptions) => plan(options, terminal)),
    )
    .addHelpText(
      'after',
      `
Examples:
  bailiwick grant add -f examples/analytics/grant.yaml
  bailiwick grant list
  bailiwick grant revoke bi-team --region eu-central
  bailiwick grant plan -f examples/analytics/grant.yaml --cell infra/jurisdictions/eu-central.yaml`,
    );
}
