import { setTimeout as sleep } from 'node:timers/promises';
import type { CrmChange, CrmDelivery, CrmSource } from '@bailiwick/crm';
import type { Pulled, SourceDefinition, Writing } from '@bailiwick/kafka';
import { BailiwickError, type Logger } from '@bailiwick/platform';
import type { ControlView } from '../admit/admit.js';
import type { TenantQuotas } from '../quota/tenant-quotas.js';
import { countAccepted, countRefusal } from '../receive/ingest-metrics.js';
import { inOrder } from './in-order.js';
import type { Pull } from './pull-file.js';
import { admitPull } from './pull-gate.js';
import { passedOver, showState } from './pull-metrics.js';
import { pulledRecord, type RecordParts } from './pulled-record.js';

/** What a pull works with. */
export interface PullParts extends RecordParts {
  readonly source: CrmSource;
  readonly control: ControlView;
  readonly quotas: Pick<TenantQuotas, 'take'>;
  readonly region: string;
  readonly logger: Logger;
  /** How often a held pull asks the gate again, in milliseconds. */
  readonly askAgainMs: number;
}

/** Deliveries that are sealed at once. */
const AT_ONCE = 64;

/** Why nothing more may be taken now; the position stays before what was refused. */
class Held {
  constructor(
    readonly code: string,
    readonly detail: string,
  ) {}
}

/** A pull as a source: follows the CRM while the gate admits its tenant, and waits without losing its place while it does not. */
export const pullSource = (pull: Pull, parts: PullParts): SourceDefinition => ({
  name: `pull-${pull.name}`,
  pull: (cursor, signal) => pulled(pull, parts, cursor, signal),
});

async function* pulled(
  pull: Pull,
  parts: PullParts,
  start: string | null,
  signal: AbortSignal,
): AsyncGenerator<Pulled> {
  let cursor = start;
  while (!signal.aborted) {
    await admission(pull, parts, signal);
    const leaving = new AbortController();
    const deliveries = parts.source.pull(cursor, AbortSignal.any([signal, leaving.signal]));
    try {
      for await (const taken of inOrder(deliveries, AT_ONCE, (delivery) => take(pull, parts, delivery))) {
        if (taken instanceof Held) {
          await hold(pull, parts, taken, signal);
          break;
        }
        yield taken;
        for (const _ of taken.writings) countAccepted('pull');
        ({ cursor } = taken);
      }
    } finally {
      leaving.abort();
    }
  }
}

/** Waits until the gate admits the tenant. */
async function admission(pull: Pull, parts: PullParts, signal: AbortSignal): Promise<void> {
  let told = '';
  while (!signal.aborted) {
    const refusal = admitPull(pull, parts.control, parts.region);
    if (refusal.outcome === 'admitted') return;
    if (told !== refusal.code) tell(pull, parts, refusal);
    told = refusal.code;
    await sleep(parts.askAgainMs, undefined, { signal }).catch(() => undefined);
  }
}

async function hold(pull: Pull, parts: PullParts, held: Held, signal: AbortSignal): Promise<void> {
  tell(pull, parts, held);
  await sleep(parts.askAgainMs, undefined, { signal }).catch(() => undefined);
}

function tell({ name, tenant }: Pull, { logger }: PullParts, { code, detail }: Held): void {
  showState(name, 'held');
  logger.warn('a pull is held and keeps its place', { stage: name, tenant, code, reason: detail });
}

/** Seals the changes of one delivery, all at once, and keeps their order. Held is all of it or nothing. */
async function take(
  pull: Pull,
  parts: PullParts,
  { cursor, changes, passed }: CrmDelivery,
): Promise<Pulled | Held> {
  for (const reason of passed) passedOver.inc({ reason });
  const taken = await Promise.all(changes.map((change) => takeChange(pull, parts, change)));
  const writings: Writing[] = [];
  for (const each of taken) {
    if (each instanceof Held) return each;
    if (each !== null) writings.push(each);
  }
  return { cursor, writings };
}

/** Asks gate and quota for one change and seals it; null when no record can be made of it, which is counted. */
async function takeChange(pull: Pull, parts: PullParts, change: CrmChange): Promise<Writing | Held | null> {
  const admission = admitPull(pull, parts.control, parts.region);
  if (admission.outcome === 'refused') return new Held(admission.code, admission.detail);
  try {
    await parts.quotas.take(pull.tenant, true);
    return await pulledRecord(parts, pull, change);
  } catch (thrown) {
    return refusalOf(pull, parts, thrown);
  }
}

/** What a failure of one record means: held, or null when the record is refused for good. Throws what passes by itself. */
function refusalOf({ name, tenant }: Pull, { logger }: PullParts, thrown: unknown): Held | null {
  const error = BailiwickError.from(thrown);
  if (error.code === 'quota-exhausted') return new Held(error.code, error.detail);
  if (error.policy.http >= 500 || error.policy.http === 429) throw error;
  countRefusal('pull', error);
  logger.error('a pulled change was refused', { stage: name, tenant, error });
  return null;
}
