import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { CliError, EXIT } from '../exit-code.js';
import type { History } from '../lineage/history.js';
import { readHistories } from '../lineage/lineage-api.js';
import { keptIn, type KeptFilter, type KeptRecord, type Keeping } from '../operations/kept-record.js';
import { releasable } from '../operations/releasable.js';
import { sendCommands, type Order } from '../operations/send-commands.js';
import { table, timeOf, type TableCell } from '../print/table.js';
import { cellsOf, findStack, type StackCell } from '../stack/stack-file.js';
import { approveCommand } from './held-approve.js';
import { asOption, jsonOption } from './options.js';
import type { Terminal } from './terminal.js';

interface ListOptions extends KeptFilter {
  readonly region?: string;
  readonly json?: boolean;
}
interface OrderOptions extends KeptFilter {
  readonly region?: string;
  readonly all?: boolean;
  readonly by: string;
  readonly reference: string;
  readonly as?: string;
}

/** How long a command is waited for, in milliseconds. */
const PATIENCE_MS = 20_000;
/** Kinds of the facts that say what became of a command. */
const SETTLED: readonly string[] = ['released', 'discarded', 'duplicate'];

async function everywhere(
  keeping: Keeping,
  { region, ...filter }: KeptFilter & { readonly region?: string },
): Promise<ReadonlyMap<StackCell, readonly KeptRecord[]>> {
  const cells = cellsOf(findStack(), region);
  const kept = await Promise.all(cells.map((cell) => keptIn(cell, keeping, filter)));
  return new Map(cells.map((cell, index) => [cell, kept[index] ?? []]));
}

const row = (record: KeptRecord): TableCell[] => [
  timeOf(record.since),
  record.region,
  record.eventId === '' ? `${record.topic}/${record.partition}/${record.offset}` : record.eventId,
  record.tenant,
  record.service,
  { text: record.reason, look: 'waiting' },
  record.detail,
];

async function list(keeping: Keeping, { json, ...options }: ListOptions, terminal: Terminal): Promise<void> {
  const records = [...(await everywhere(keeping, options)).values()].flat();
  if (json) terminal.print(JSON.stringify(records, null, 2));
  else if (records.length === 0) terminal.print('nothing waits');
  else
    terminal.print(
      ...table(
        ['SINCE (UTC)', 'REGION', 'EVENT', 'TENANT', 'BY', 'REASON', 'WHAT RELEASES IT'],
        records.map(row),
        terminal.paint,
      ),
    );
}

async function explain(eventId: string, { print }: Terminal): Promise<void> {
  const cells = cellsOf(findStack());
  const found = [
    ...(await Promise.all(cells.map((cell) => keptIn(cell, 'held')))).flat(),
    ...(await Promise.all(cells.map((cell) => keptIn(cell, 'dead-letter')))).flat(),
  ].find((record) => record.eventId === eventId);
  if (!found) throw new CliError(EXIT.no, `${eventId} does not wait in any cell`);
  const { answers } = await readHistories(cells, eventId);
  const decision = answers
    .flatMap(({ steps }) => steps)
    .findLast(({ decision: made }) => made !== null)?.decision;
  print(
    `${eventId} of ${found.tenant}, purpose ${found.purpose}`,
    `  kept by   ${found.service} in ${found.region} since ${timeOf(found.since)}`,
    `  where     ${found.topic}/${found.partition}/${found.offset}`,
    `  reason    ${found.reason}`,
    ...(found.detail === '' ? [] : [`  release   ${found.detail}`]),
    ...(decision
      ? [
          `  decision  ${decision.outcome} (${decision.reasons.join(', ')}), basis ${decision.transferBasis}, profile version ${decision.profileVersion}`,
        ]
      : []),
  );
}

/** Says what became of each record, as its history tells; true when every command was carried out in time. */
async function outcomes(
  cell: StackCell,
  eventIds: readonly string[],
  sentAt: number,
  { print, warn }: Terminal,
): Promise<boolean> {
  const waiting = new Set(eventIds);
  for (const deadline = Date.now() + PATIENCE_MS; waiting.size > 0 && Date.now() < deadline; await sleep(200))
    for (const eventId of waiting) {
      const [history] = (await readHistories([cell], eventId)).answers;
      const said = history && settledIn(history, sentAt);
      if (said === undefined) continue;
      waiting.delete(eventId);
      print(`${eventId}  ${said}`);
    }
  for (const eventId of waiting)
    warn(`${eventId}: nothing said what became of it within ${PATIENCE_MS / 1000} s; trace it`);
  return waiting.size === 0;
}

/** What the router said of a command that was sent then. */
function settledIn({ steps }: History, sentAt: number): string | undefined {
  const said = steps.findLast(
    ({ kind, service, at }) =>
      service === 'residency-router' &&
      Date.parse(at) >= sentAt &&
      (SETTLED.includes(kind) || kind === 'dead-lettered'),
  );
  if (said?.kind === 'dead-lettered') return `refused: ${said.reason ?? ''}`;
  return said?.kind === 'duplicate' ? 'was settled before' : said?.kind;
}

async function order(
  keeping: Keeping,
  action: Order['action'],
  eventIds: readonly string[],
  { all, by, reference, as, ...filter }: OrderOptions,
  terminal: Terminal,
): Promise<void> {
  if (eventIds.length === 0 && all !== true)
    throw new CliError(EXIT.usage, `name the events, or say --all for every one that ${keeping} list shows`);
  const kept = await everywhere(keeping, filter);
  const known = new Set([...kept.values()].flat().map(({ eventId }) => eventId));
  const unknown = eventIds.find((eventId) => !known.has(eventId));
  if (unknown !== undefined) throw new CliError(EXIT.no, `${unknown} does not wait here`);
  let done = true;
  let waits = false;
  for (const [cell, records] of kept) {
    const meant = all === true ? records : records.filter(({ eventId }) => eventIds.includes(eventId));
    if (meant.length === 0) continue;
    const { ready, waiting, orders } =
      action === 'release'
        ? await releasable(cell, meant, findStack(), { as, reference })
        : { ready: meant, waiting: [], orders: new Map<string, string>() };
    for (const { id, event, tenant, askedBy } of waiting)
      terminal.print(
        `${event}  waits for approval by security or compliance of ${tenant}, not by ${askedBy}: bailiwick held approve ${id}`,
      );
    if (waiting.length > 0) waits = true;
    if (ready.length === 0) continue;
    const sentAt = Date.now();
    await sendCommands(cell, ready, { action, by: as ?? by, reference, orders });
    const named = ready.map(({ eventId }) => eventId).filter((eventId) => eventId !== '');
    if (!(await outcomes(cell, named, sentAt, terminal))) done = false;
  }
  if (!done) terminal.exit(EXIT.unavailable);
  else if (waits) terminal.exit(EXIT.no);
}

function matching(pattern: RegExp, expected: string): (text: string) => string {
  return (text) => {
    if (pattern.test(text)) return text;
    throw new InvalidArgumentError(`${expected} expected.`);
  };
}

const filtered = (command: Command): Command =>
  command
    .option('--tenant <tenant>', 'only of this tenant')
    .option('--reason <code>', 'only what is kept for this reason')
    .option('--region <region>', 'only of this cell');

const ordering = (
  name: string,
  description: string,
  keeping: Keeping,
  action: Order['action'],
  terminal: Terminal,
): Command =>
  filtered(new Command(name).description(description))
    .argument('[event ids...]', 'events that wait')
    .option('--all', 'every one that waits, as far as the other options say')
    .option(
      '--by <name>',
      'who commands it, as recorded',
      matching(/^[A-Za-z0-9._@-]{1,64}$/, 'a name of letters, digits and .-_@ is'),
      process.env['USER'] ?? 'operator',
    )
    .option(
      '--reference <ticket>',
      'why, as a reference and not as text',
      matching(/^[A-Za-z0-9._@#:/-]{0,64}$/, 'a reference of letters, digits and ._@#:/- is'),
      '',
    )
    .addOption(asOption())
    .action((eventIds: readonly string[], options: OrderOptions) =>
      order(keeping, action, eventIds, options, terminal),
    );

const listing = (keeping: Keeping, terminal: Terminal): Command =>
  filtered(new Command('list').description('list what waits, oldest first'))
    .addOption(jsonOption())
    .action((options: ListOptions) => list(keeping, options, terminal));

/** `bailiwick held`. */
export const heldCommand = (terminal: Terminal): Command =>
  new Command('held')
    .description('records that are not lawful yet: list, explain, release or discard them')
    .addCommand(listing('held', terminal))
    .addCommand(
      new Command('explain')
        .description('say why a record waits and what would release it')
        .argument('<event id>')
        .action((eventId: string) => explain(eventId, terminal)),
    )
    .addCommand(
      ordering('release', 'have records decided on anew; none passes by this', 'held', 'release', terminal),
    )
    .addCommand(approveCommand(terminal))
    .addCommand(
      ordering('discard', 'settle records for good, without an answer', 'held', 'discard', terminal),
    )
    .addHelpText(
      'after',
      `
Examples:
  bailiwick held list --tenant nordlicht
  bailiwick held explain evt_…
  bailiwick held release evt_… --by anna --reference INC-42
  bailiwick held release evt_… --as otto   # where the tenant's profile asks for an approval; again when it is given
  bailiwick held approve rel_… --as anna
  bailiwick held release --all --reason no-pool`,
    );

/** `bailiwick deadletter`. */
export const deadletterCommand = (terminal: Terminal): Command =>
  new Command('deadletter')
    .description('records that are broken: list, replay or discard them')
    .addCommand(listing('dead-letter', terminal))
    .addCommand(
      ordering(
        'replay',
        'put records back to where they broke, as they were',
        'dead-letter',
        'release',
        terminal,
      ),
    )
    .addCommand(
      ordering('discard', 'settle records for good, without an answer', 'dead-letter', 'discard', terminal),
    )
    .addHelpText(
      'after',
      `
Examples:
  bailiwick deadletter list --reason internal
  bailiwick deadletter replay evt_… --reference INC-42`,
    );
