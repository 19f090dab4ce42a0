import { Command } from 'commander';
import { ControlApi } from '../control/control-api.js';
import { approveRelease, waitingReleases } from '../operations/release-request.js';
import { findStack } from '../stack/stack-file.js';
import { asOption } from './options.js';
import type { Terminal } from './terminal.js';

async function approve(ids: readonly string[], as: string, { print }: Terminal): Promise<void> {
  const api = await ControlApi.as(findStack(), as);
  for (const id of ids) {
    const { event, askedBy, approval } = await approveRelease(api, id);
    print(`${event}  approved until ${approval?.expiresAt ?? ''}; ${askedBy} may release it now`);
  }
}

async function list(as: string, { print }: Terminal): Promise<void> {
  const waiting = await waitingReleases(await ControlApi.as(findStack(), as));
  if (waiting.length === 0) print('no release waits for an approval');
  for (const { id, tenant, event, askedBy, reference } of waiting)
    print(`${id}  ${event} of ${tenant}, asked by ${askedBy}${reference === '' ? '' : `, ${reference}`}`);
}

/** `bailiwick held approve`. */
export const approveCommand = (terminal: Terminal): Command =>
  new Command('approve')
    .description(
      "approve releases, where a tenant's profile asks for it; without an id, list what waits for that",
    )
    .argument('[release ids...]')
    .addOption(asOption().makeOptionMandatory())
    .action((ids: readonly string[], { as }: { as: string }) =>
      ids.length > 0 ? approve(ids, as, terminal) : list(as, terminal),
    );
