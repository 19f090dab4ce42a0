import type { Violation } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import {
  WITNESS_REFUSALS,
  parseAddCheckpoint,
  witnessCheckpoint,
  type AddCheckpoint,
  type SigningKey,
  type WitnessRefusal,
  type WitnessVerdict,
} from '@bailiwick/tlog';
import type { ViolationLedger } from '../violations/violation-ledger.js';
import type { KnownLog } from './known-logs.js';
import type { WitnessLedger } from './witness-ledger.js';

/** Refusals that say that a log states two things: whoever asks so cannot be in the right. */
const BROKEN: readonly WitnessRefusal[] = ['rolled-back', 'forked', 'bad-proof'];

/** What witnessing works with. */
export interface WitnessParts {
  readonly cell: CellSpec;
  readonly key: SigningKey;
  readonly logs: readonly KnownLog[];
  readonly ledger: Pick<WitnessLedger, 'judge'>;
  readonly violations: Pick<ViolationLedger, 'record'>;
}

/**
 * Cosigns the checkpoints of other cells' logs (C2SP tlog-witness): one that does not continue what was cosigned before is
 * refused, and is a violation here, where its log cannot hide it.
 */
export class Witness {
  constructor(private readonly parts: WitnessParts) {}

  /** Null when the body is no request. Throws `database-unavailable`. */
  async addCheckpoint(body: string): Promise<WitnessVerdict | null> {
    const parsed = parseAddCheckpoint(body);
    if (!parsed.ok) return null;
    const request = parsed.value;
    const { key, ledger, logs } = this.parts;
    const log = logs.find(({ log: { name } }) => name === request.origin);
    const verdict = await ledger.judge(request.origin, (latest) =>
      witnessCheckpoint({
        request,
        logKeys: log && [log.log],
        latest,
        key,
        time: Math.floor(Date.now() / 1000),
      }),
    );
    if (!verdict.ok && BROKEN.includes(verdict.reason)) await this.#report(request, verdict.reason);
    return verdict;
  }

  #report({ origin, oldSize }: AddCheckpoint, reason: WitnessRefusal): Promise<void> {
    const { region, jurisdiction } = this.parts.cell;
    const violation: Violation = {
      violationId: ['witness', origin, reason, oldSize].join('/'),
      eventId: '',
      tenant: '',
      code: 'log-forked',
      service: 'lineage',
      region,
      jurisdiction,
      at: new Date(),
      traceId: '',
      detail: `The log ${origin} was not cosigned: ${WITNESS_REFUSALS[reason]}`,
    };
    return this.parts.violations.record(violation);
  }
}
