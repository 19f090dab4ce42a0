import { randomBytes } from 'node:crypto';
import { ERASURE_REASONS, base32 } from '@bailiwick/domain';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { Change, renderChange } from '../control/change.js';
import { ControlApi } from '../control/control-api.js';
import { CliError, EXIT } from '../exit-code.js';
import { askAll, askCell } from '../lineage/lineage-api.js';
import { cellsOf, findStack, type Stack } from '../stack/stack-file.js';
import { asOption } from './options.js';
import type { Terminal } from './terminal.js';

interface EraseOptions {
  readonly tenant: string;
  readonly subject?: string;
  readonly event?: string;
  readonly tenantWhole?: boolean;
  readonly reason: string;
  readonly as: string;
}

const About = z.object({ tenant: z.string(), subject: z.string() });

async function erase(options: EraseOptions, { print, paint }: Terminal): Promise<void> {
  const { tenant, subject, event, tenantWhole, reason, as } = options;
  if ([subject, event, tenantWhole].filter((given) => given !== undefined).length !== 1)
    throw new CliError(EXIT.usage, 'say whom: one of --subject, --event and --tenant-whole');
  const stack = findStack();
  const whom = tenantWhole ? null : (subject ?? (await subjectOf(stack, tenant, event ?? '')));
  const api = await ControlApi.as(stack, as);
  const id = `ers_${base32(randomBytes(10))}`;
  const title = whom === null ? `Erase everybody of ${tenant}` : `Erase data subject ${whom}`;
  const body = { tenant, title, things: [{ kind: 'erasure', id, terms: { subject: whom, reason } }] };
  const change = Change.parse((await api.ask('POST', '/v1/changes', { body })).body);
  print(
    ...renderChange(change, paint),
    '',
    'Nothing is erased before two people approve it, and nothing comes back after that:',
    `  bailiwick change approve ${change.id} --as <security>, and --as <compliance>`,
    `  bailiwick erasure list --tenant ${tenant}`,
  );
}

/** The data subject that a record is about, as lineage knows it. */
async function subjectOf(stack: Stack, tenant: string, eventId: string): Promise<string> {
  const path = `/v1/records/${encodeURIComponent(eventId)}`;
  const { answers } = await askAll(cellsOf(stack), (cell) => askCell(cell, path, About));
  const found = answers.find((about) => about?.tenant === tenant && about.subject !== '');
  if (!found) throw new CliError(EXIT.no, `no lineage knows a record ${eventId} of ${tenant}`);
  return found.subject;
}

/** `bailiwick erase`. */
export const eraseCommand = (terminal: Terminal): Command =>
  new Command('erase')
    .description(
      'ask to have a data subject, or a whole tenant, erased for good; two people have to approve it',
    )
    .requiredOption('--tenant <tenant>', 'whose')
    .option('--subject <pseudonym>', 'the data subject, as lineage names it: 16 characters')
    .option('--event <id>', 'the data subject that this record is about')
    .option('--tenant-whole', 'everybody of the tenant, and the tenant for good')
    .addOption(new Option('--reason <reason>', 'why').choices(ERASURE_REASONS).default(ERASURE_REASONS[0]))
    .addOption(asOption().makeOptionMandatory())
    .addHelpText(
      'after',
      `
A CRM that says so itself (HubSpot's contact.privacyDeletion) needs no approval. What was erased, and how far, says its certificate.

Examples:
  bailiwick erase --tenant atlas --event evt_abcdefghijklmnopqrstuvwx23 --as clara
  bailiwick erase --tenant atlas --subject abcdefghijklmnop --reason unlawful --as clara
  bailiwick erase --tenant atlas --tenant-whole --reason contract-ended --as clara`,
    )
    .action((options: EraseOptions) => erase(options, terminal));
