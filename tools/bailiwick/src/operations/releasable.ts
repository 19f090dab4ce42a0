import { ControlApi } from '../control/control-api.js';
import { CliError, EXIT } from '../exit-code.js';
import type { Stack, StackCell } from '../stack/stack-file.js';
import type { KeptRecord } from './kept-record.js';
import { askForRelease, type ReleaseRequest } from './release-request.js';
import { tenantsWithoutApproval } from './release-terms.js';

/** Which records may be released now, and which wait for an approval. */
export interface Releasable {
  readonly ready: readonly KeptRecord[];
  readonly waiting: readonly ReleaseRequest[];
  /** Approvals that the control-plane signed, by event id. */
  readonly orders: ReadonlyMap<string, string>;
}

/**
 * Asks for the approvals that the residency profiles of the records' tenants demand, as the person `as`. Throws a usage error when
 * one is demanded and nobody is named who asks.
 */
export async function releasable(
  cell: StackCell,
  records: readonly KeptRecord[],
  stack: Stack,
  { as, reference }: { readonly as: string | undefined; readonly reference: string },
): Promise<Releasable> {
  const free = await tenantsWithoutApproval(cell, stack.trustFile);
  const bound = records.filter(({ tenant }) => tenant !== '' && !free.has(tenant));
  const [first] = bound;
  if (!first) return { ready: records, waiting: [], orders: new Map() };
  if (as === undefined)
    throw new CliError(
      EXIT.usage,
      `${first.tenant} has its releases approved by a person of its own; say with --as who asks for it`,
    );
  const api = await ControlApi.as(stack, as);
  const requests: ReleaseRequest[] = [];
  for (const record of bound) requests.push(await askForRelease(api, record, reference));
  const waiting = requests.filter(({ approval }) => approval === null);
  const held = new Set(waiting.map(({ event }) => event));
  return {
    ready: records.filter(({ eventId }) => !held.has(eventId)),
    waiting,
    orders: new Map(requests.map(({ event, approval }) => [event, approval?.order ?? ''])),
  };
}
