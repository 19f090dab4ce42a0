import type { CellSpec } from '@bailiwick/domain';
import { subjectDigest } from '@bailiwick/platform';
import type { ViolationLedger } from '../violations/violation-ledger.js';
import { OPERATOR } from './read-scope.js';
import type { ScopedReads } from './scoped-reads.js';

const MINUTE_MS = 60_000;

/** Somebody who reads one tenant asked for something that it does not have. */
export interface VainRead {
  /** The tenant that they read. */
  readonly tenant: string;
  /** Who they are, as their token says. */
  readonly subject: string;
  /** The operation, without what it was given. */
  readonly where: string;
  /** What was named, an event or a tenant; undefined where it was not. */
  readonly named: { readonly eventId: string | undefined; readonly tenant: string | undefined };
}

/**
 * Records whoever asks for what another tenant has: the answer is that there is no such thing, and the attempt is a violation of the tenant
 * that has it, one a minute for each subject. Asking for what nobody has is an error and no attempt.
 */
export class ForeignReads {
  constructor(
    private readonly reads: ScopedReads,
    private readonly violations: Pick<ViolationLedger, 'record'>,
    private readonly cell: Pick<CellSpec, 'region' | 'jurisdiction'>,
    private readonly now: () => number = Date.now,
  ) {}

  /** Throws `database-unavailable`: what cannot be recorded is not answered. */
  async note({ tenant, subject, where, named }: VainRead): Promise<void> {
    const owner = await this.#ownerOf(named);
    if (owner === undefined || owner === tenant) return;
    const { region, jurisdiction } = this.cell;
    const [at, who] = [this.now(), subjectDigest(subject)];
    await this.violations.record({
      violationId: `lineage/tenant-foreign/${owner}/${who}/${Math.floor(at / MINUTE_MS)}`,
      eventId: named.eventId ?? '',
      tenant: owner,
      code: 'tenant-foreign',
      service: 'lineage',
      region,
      jurisdiction,
      at: new Date(at),
      traceId: '',
      detail: `subject ${who}, who does not belong to the tenant, asked for what it has (${where})`,
    });
  }

  #ownerOf({ eventId, tenant }: VainRead['named']): Promise<string | undefined> {
    return this.reads.read(OPERATOR, async (rows) => {
      const [found] = await rows<{ tenant: string }>(
        eventId === undefined
          ? 'SELECT tenant FROM lineage.event WHERE tenant = $1 LIMIT 1'
          : 'SELECT tenant FROM lineage.fact WHERE event_id = $1 LIMIT 1',
        [eventId ?? tenant],
      );
      return found?.tenant;
    });
  }
}
