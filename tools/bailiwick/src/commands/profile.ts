import { Command } from 'commander';
import { z } from 'zod';
import { ControlApi } from '../control/control-api.js';
import { findStack } from '../stack/stack-file.js';
import { asOption } from './options.js';
import type { Terminal } from './terminal.js';

const ProfileText = z.object({
  tenant: z.string(),
  version: z.int(),
  text: z.string(),
  textDigest: z.string(),
  acknowledgement: z.object({ by: z.string(), at: z.string() }).nullable(),
});

interface ProfileOptions {
  readonly as: string;
  readonly tenant: string;
  readonly digest: string;
  readonly reason: string;
}

const pathOf = (tenant: string): string => `/v1/tenants/${encodeURIComponent(tenant)}`;

function print({ print: say, paint }: Terminal, body: unknown): void {
  const { tenant, version, text, textDigest, acknowledgement } = ProfileText.parse(body);
  const standing = acknowledgement
    ? paint(`acknowledged by ${acknowledgement.by} at ${acknowledgement.at}`, 'good')
    : paint('not acknowledged', 'waiting');
  say(text.trimEnd(), '', `${tenant} version ${version}, ${standing}`, `SHA-256 ${textDigest}`);
}

/** `bailiwick profile`. */
export function profileCommand(terminal: Terminal): Command {
  const inner = (
    name: string,
    description: string,
    work: (api: ControlApi, options: ProfileOptions) => Promise<{ readonly body: unknown }>,
  ): Command =>
    new Command(name)
      .description(description)
      .requiredOption('--tenant <tenant>', 'whose profile')
      .addOption(asOption().makeOptionMandatory())
      .action(async (options: ProfileOptions) =>
        print(terminal, (await work(await ControlApi.as(findStack(), options.as), options)).body),
      );
  return new Command('profile')
    .description("read and acknowledge the exact text of a tenant's residency profile")
    .addCommand(
      inner('text', 'print the text of the newest version, and its digest', (api, { tenant }) =>
        api.ask('GET', `${pathOf(tenant)}/profile/text`),
      ),
    )
    .addCommand(
      inner(
        'acknowledge',
        "acknowledge the text, as the tenant's authorised person",
        (api, { tenant, digest }) =>
          api.ask('POST', `${pathOf(tenant)}/acknowledgement`, { body: { textDigest: digest } }),
      ).requiredOption('--digest <sha256>', 'of the text that you have read, as `profile text` prints it'),
    )
    .addCommand(
      inner(
        'withdraw',
        'take the acknowledgement back: the tenant is refused everywhere',
        (api, { tenant, reason }) =>
          api.ask('POST', `${pathOf(tenant)}/acknowledgement/withdrawal`, { body: { reason } }),
      ).requiredOption('--reason <text>', 'why'),
    )
    .addHelpText(
      'after',
      `
Examples:
  bailiwick profile text --tenant pending --as sofia
  bailiwick profile acknowledge --tenant pending --as sofia --digest 8c1b…`,
    );
}
