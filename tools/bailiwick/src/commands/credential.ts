import { Command } from 'commander';
import { z } from 'zod';
import { ControlApi } from '../control/control-api.js';
import { CliError, EXIT } from '../exit-code.js';
import { table, timeOf, type TableCell } from '../print/table.js';
import { findStack } from '../stack/stack-file.js';
import { asOption, jsonOption } from './options.js';
import type { Terminal } from './terminal.js';

const Lease = z.object({
  id: z.string(),
  cell: z.string(),
  purpose: z.string(),
  object: z.string(),
  connection: z.string(),
  event: z.string(),
  mintedAt: z.string(),
  expiresAt: z.string(),
  endedBy: z.string().nullable(),
});
type Lease = z.infer<typeof Lease>;
const Leases = z.object({ items: z.array(Lease) });
const Connection = z.looseObject({
  id: z.string(),
  kind: z.string(),
  /** Of CRMs that are logged in to as somebody. */
  user: z.string().optional(),
  audience: z.string(),
  standing: z.object({ revoked: z.boolean() }).nullable(),
});
const Standing = z.object({ revoked: z.boolean() });

interface ListOptions {
  readonly as: string;
  readonly tenant: string;
  readonly json?: boolean;
}
interface ActOptions {
  readonly as: string;
  readonly reason: string;
  readonly tenant?: string;
  readonly connection?: string;
  readonly client?: string;
}

const tenantPath = (tenant: string): string => `/v1/tenants/${encodeURIComponent(tenant)}`;

function standingOf({ endedBy, expiresAt }: Lease): TableCell {
  if (endedBy !== null && endedBy !== 'time') return { text: `ended by ${endedBy}`, look: 'bad' };
  return Date.parse(expiresAt) > Date.now() ? { text: 'on loan', look: 'good' } : 'expired';
}

async function list({ as, tenant, json }: ListOptions, terminal: Terminal): Promise<void> {
  const api = await ControlApi.as(findStack(), as);
  const connections = await api.all(`${tenantPath(tenant)}/connections`, Connection);
  const { items } = Leases.parse((await api.ask('GET', `${tenantPath(tenant)}/leases`)).body);
  if (json) return terminal.print(JSON.stringify({ connections, leases: items }, null, 2));
  terminal.print(
    ...connections.map(({ id, kind, user, audience, standing }) => {
      const revoked = standing?.revoked ?? false;
      const state = terminal.paint(revoked ? 'revoked' : 'in order', revoked ? 'bad' : 'good');
      return `${id}  ${state}  ${kind}${user === undefined ? '' : ` as ${user}`} at ${audience}`;
    }),
    '',
    ...(items.length === 0
      ? ['nothing was lent yet']
      : table(
          ['MINTED (UTC)', 'LEASE', 'STANDS', 'CELL', 'PURPOSE', 'OBJECT', 'FIRST FOR'],
          items.map((lease) => [
            timeOf(lease.mintedAt),
            lease.id,
            standingOf(lease),
            lease.cell,
            lease.purpose,
            lease.object,
            lease.event === '' ? 'reading' : lease.event,
          ]),
          terminal.paint,
        )),
  );
}

/** Path and body of what is to be done to one thing: a lease, a tenant's connection, or a service. */
function actOf(
  act: 'revocation' | 'restoration',
  lease: string | undefined,
  { tenant, connection, client, reason }: ActOptions,
): { readonly path: string; readonly body: object; readonly what: string } {
  if (client !== undefined)
    return { path: `/v1/credential-clients/${act}`, body: { client, reason }, what: client };
  if (lease !== undefined)
    return { path: `/v1/leases/${encodeURIComponent(lease)}/${act}`, body: { reason }, what: lease };
  if (tenant !== undefined && connection !== undefined) {
    const path = `${tenantPath(tenant)}/connections/${encodeURIComponent(connection)}/${act}`;
    return { path, body: { reason }, what: `connection ${connection} of ${tenant}` };
  }
  throw new CliError(EXIT.usage, 'name a lease, or --tenant and --connection, or --client');
}

async function act(
  done: 'revocation' | 'restoration',
  lease: string | undefined,
  options: ActOptions,
  terminal: Terminal,
): Promise<void> {
  const { path, body, what } = actOf(done, lease, options);
  const api = await ControlApi.as(findStack(), options.as);
  const after = Standing.safeParse((await api.ask('POST', path, { body })).body).data;
  const state = after
    ? after.revoked
      ? 'is revoked: nothing is minted or written through it until it is restored'
      : 'is in order again; release what was held meanwhile with `held release`'
    : 'has ended; the next write gets another';
  terminal.print(`${what} ${state}`);
}

/** `bailiwick credential`. */
export function credentialCommand(terminal: Terminal): Command {
  const acting = (name: string, description: string): Command =>
    new Command(name)
      .description(description)
      .option('--tenant <tenant>', 'whose connection')
      .option('--connection <name>', 'of that tenant')
      .option('--client <spiffe id>', 'a service of a cell; for security of the mesh')
      .requiredOption('--reason <text>', 'why')
      .addOption(asOption().makeOptionMandatory());
  return new Command('credential')
    .description("list what cells have on loan of a tenant's CRM credentials, and end it")
    .addCommand(
      new Command('list')
        .description('list the CRM connections of a tenant and the newest leases')
        .requiredOption('--tenant <tenant>', 'whose')
        .addOption(asOption().makeOptionMandatory())
        .addOption(jsonOption())
        .action((options: ListOptions) => list(options, terminal)),
    )
    .addCommand(
      acting('revoke', 'end a lease, or a connection or service with all that it has, now')
        .argument('[lease]', 'its id, lease_…')
        .action((lease: string | undefined, options: ActOptions) =>
          act('revocation', lease, options, terminal),
        ),
    )
    .addCommand(
      acting('restore', 'let credentials of a connection or service be minted again').action(
        (options: ActOptions) => act('restoration', undefined, options, terminal),
      ),
    )
    .addHelpText(
      'after',
      `
Examples:
  bailiwick credential list --tenant atlas --as anna
  bailiwick credential revoke --tenant atlas --connection sample-crm --reason "user seen elsewhere" --as anna
  bailiwick credential restore --tenant atlas --connection sample-crm --reason "password changed" --as anna`,
    );
}
