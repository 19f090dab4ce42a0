import { Command, Option } from 'commander';
import { z } from 'zod';
import { Change, lookOfState, renderChange } from '../control/change.js';
import { ControlApi } from '../control/control-api.js';
import { CliError, EXIT } from '../exit-code.js';
import { lookOf } from '../print/style.js';
import { table, timeOf } from '../print/table.js';
import { findStack } from '../stack/stack-file.js';
import { asOption, jsonOption, limit } from './options.js';
import type { Terminal } from './terminal.js';

const STATES = ['proposed', 'emergency', 'in-force', 'rejected', 'withdrawn', 'stale', 'expired'];
const ROLES = ['security', 'compliance'];
const Page = z.object({ items: z.array(Change) });
const Decision = z.object({ outcome: z.string(), reasons: z.array(z.string()) });
const DryRun = z.object({
  decided: z.int(),
  otherwise: z.int(),
  decisions: z.array(z.object({ event: z.string(), purpose: z.string(), before: Decision, after: Decision })),
});
const Me = z.object({ roles: z.record(z.string(), z.array(z.string())) });

interface ListOptions {
  readonly as: string;
  readonly tenant?: string;
  readonly state?: string;
  readonly unreviewed?: boolean;
  readonly limit: number;
  readonly json?: boolean;
}
interface DryRunOptions {
  readonly as: string;
  readonly limit: number;
  readonly json?: boolean;
}
interface ActOptions {
  readonly as: string;
  readonly role?: string | undefined;
  /** Why, or what was found. */
  readonly text?: string | undefined;
  readonly json?: boolean;
}

const pathOf = (id: string): string => `/v1/changes/${encodeURIComponent(id)}`;

async function list({ as, tenant, state, ...options }: ListOptions, terminal: Terminal): Promise<void> {
  const api = await ControlApi.as(findStack(), as);
  const query = new URLSearchParams({
    limit: String(Math.min(options.limit, 200)),
    ...(tenant !== undefined && { tenant }),
    ...(state !== undefined && { state }),
    ...(options.unreviewed && { unreviewed: 'true' }),
  });
  const { items } = Page.parse((await api.ask('GET', `/v1/changes?${query.toString()}`)).body);
  if (options.json) terminal.print(JSON.stringify(items, null, 2));
  else if (items.length === 0) terminal.print('no changes');
  else
    terminal.print(
      ...table(
        ['PROPOSED (UTC)', 'CHANGE', 'TENANT', 'STATE', 'BY', 'WHAT FOR'],
        items.map((change) => [
          timeOf(change.proposedAt),
          change.id,
          change.tenant ?? '*',
          { text: change.state, look: lookOfState(change.state) },
          change.author.subject,
          change.title,
        ]),
        terminal.paint,
      ),
    );
}

async function show(id: string, { as, json }: ActOptions, terminal: Terminal): Promise<void> {
  const api = await ControlApi.as(findStack(), as);
  const change = Change.parse((await api.ask('GET', pathOf(id))).body);
  if (json) terminal.print(JSON.stringify(change, null, 2));
  else terminal.print(...renderChange(change, terminal.paint));
}

async function dryRun(
  id: string,
  { as, json, ...options }: DryRunOptions,
  terminal: Terminal,
): Promise<void> {
  const api = await ControlApi.as(findStack(), as);
  const { body } = await api.ask('GET', `${pathOf(id)}/dry-run?limit=${Math.min(options.limit, 500)}`);
  const { decided, otherwise, decisions } = DryRun.parse(body);
  if (json) return terminal.print(JSON.stringify(body, null, 2));
  terminal.print(`${otherwise} of the last ${decided} decisions would come out otherwise`);
  const told = ({ outcome, reasons }: z.infer<typeof Decision>): string =>
    `${outcome} (${reasons.join(', ')})`;
  if (decisions.length > 0)
    terminal.print(
      ...table(
        ['EVENT', 'PURPOSE', 'NOW', 'WITH THE CHANGE'],
        decisions.map(({ event, purpose, before, after }) => [
          event,
          purpose,
          { text: told(before), look: lookOf(before.outcome) },
          { text: told(after), look: lookOf(after.outcome) },
        ]),
        terminal.paint,
      ),
    );
}

/** What each act is sent with. */
const BODIES = {
  approvals: async (api: ControlApi, change: Change, { role }: ActOptions) => ({
    role: role ?? (await onlyRole(api, change.tenant)),
  }),
  rejection: async (_api: ControlApi, _change: Change, { text }: ActOptions) => ({ reason: text }),
  review: async (_api: ControlApi, _change: Change, { text }: ActOptions) => ({ finding: text }),
  withdrawal: async () => undefined,
} as const;

/** Acts on the change as it stands; the control-plane refuses when it has moved since it was read. */
async function act(
  id: string,
  verb: keyof typeof BODIES,
  { as, role, text }: ActOptions,
  terminal: Terminal,
): Promise<void> {
  const api = await ControlApi.as(findStack(), as);
  const read = await api.ask('GET', pathOf(id));
  const body = await BODIES[verb](api, Change.parse(read.body), { as, role, text });
  const { body: after } = await api.ask('POST', `${pathOf(id)}/${verb}`, { body, ifMatch: read.etag });
  terminal.print(...renderChange(Change.parse(after), terminal.paint));
}

/** The role in which a person approves, where there is one only. */
async function onlyRole(api: ControlApi, tenant: string | null): Promise<string> {
  const { roles } = Me.parse((await api.ask('GET', '/v1/me')).body);
  const [role, ...more] = (roles[tenant ?? '*'] ?? []).filter((held) => ROLES.includes(held));
  if (role === undefined || more.length > 0)
    throw new CliError(EXIT.usage, 'say in which role: --role security or --role compliance');
  return role;
}

/** `bailiwick change`. */
export function changeCommand(terminal: Terminal): Command {
  const inner = (name: string, description: string): Command =>
    new Command(name).description(description).addOption(asOption().makeOptionMandatory());
  return new Command('change')
    .description(
      'list, read and decide about change requests of tenants, purposes, policies, pools and catalogs',
    )
    .addCommand(
      inner('list', 'list changes of your tenants, newest first')
        .option('--tenant <tenant>', 'only of this tenant')
        .addOption(new Option('--state <state>', 'only what stands so').choices(STATES))
        .option('--unreviewed', 'only emergencies that run, or ended and that nobody has reviewed')
        .option('--limit <n>', 'at most so many', limit, 20)
        .addOption(jsonOption())
        .action((options: ListOptions) => list(options, terminal)),
    )
    .addCommand(
      inner('show', 'print a change: what it alters line by line, and who has decided')
        .argument('<change>', 'its id, chg_…')
        .addOption(jsonOption())
        .action((id: string, options: ActOptions) => show(id, options, terminal)),
    )
    .addCommand(
      inner('dry-run', 'tell which of the last decisions would come out otherwise, and why')
        .argument('<change>', 'its id, chg_…')
        .option('--limit <n>', 'of so many decisions', limit, 100)
        .addOption(jsonOption())
        .action((id: string, options: DryRunOptions) => dryRun(id, options, terminal)),
    )
    .addCommand(
      inner('approve', 'approve a change; the second of two roles puts it in force')
        .argument('<change>', 'its id, chg_…')
        .addOption(new Option('--role <role>', 'in which role, where you have both').choices(ROLES))
        .action((id: string, options: ActOptions) => act(id, 'approvals', options, terminal)),
    )
    .addCommand(
      inner('reject', 'reject a change; an emergency loses its effect')
        .argument('<change>', 'its id, chg_…')
        .requiredOption('--reason <text>', 'why')
        .action((id: string, { reason, as }: { readonly reason: string; readonly as: string }) =>
          act(id, 'rejection', { as, text: reason }, terminal),
        ),
    )
    .addCommand(
      inner('review', 'say what was found about an emergency that ended without two approvals')
        .argument('<change>', 'its id, chg_…')
        .requiredOption('--finding <text>', 'what was found')
        .action((id: string, { finding, as }: { readonly finding: string; readonly as: string }) =>
          act(id, 'review', { as, text: finding }, terminal),
        ),
    )
    .addCommand(
      inner('withdraw', 'withdraw a change of your own')
        .argument('<change>', 'its id, chg_…')
        .action((id: string, options: ActOptions) => act(id, 'withdrawal', options, terminal)),
    )
    .addHelpText(
      'after',
      `
Examples:
  bailiwick change list --as anna --state proposed
  bailiwick change show chg_abcdefghijklmnopqrstuvwx --as anna
  bailiwick change approve chg_abcdefghijklmnopqrstuvwx --as anna`,
    );
}
