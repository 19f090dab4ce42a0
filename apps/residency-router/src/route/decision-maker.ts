import { createHash } from 'node:crypto';
import { purposeKey, type CellSpec, type Decision, type TenantPolicy } from '@bailiwick/domain';
import type { ControlReader } from '@bailiwick/kafka';
import { BailiwickError, counter } from '@bailiwick/platform';
import {
  DecisionCache,
  explain,
  policyDigest,
  type DecisionInput,
  type Explanation,
} from '@bailiwick/policy';
import type { PoolInventory } from '../inventory/pool-inventory.js';

const decisions = counter('bailiwick_decisions_total', 'Decisions by outcome, deciding reason and basis.', [
  'outcome',
  'reason',
  'basis',
]);

/** What a decision is asked about. */
export interface Question {
  readonly tenant: string;
  readonly purpose: string;
  /** Version for which the record was minimised; the one that holds now when absent. */
  readonly purposeVersion?: number;
  readonly highestSensitivity: string;
  readonly categories: readonly string[];
  /** Jurisdiction of the data subject, where it is known. */
  readonly subjectJurisdiction?: string | undefined;
  /** Spreads records over pools that are equally good; absent: the first pool. */
  readonly eventId?: string;
}

/** A decision and what it rests on. */
export interface Answer {
  readonly decision: Decision;
  /** 0 when there is no profile. */
  readonly profileVersion: number;
  readonly policyDigest: string;
}

/** The part of the control reader that decisions need. */
export type ControlState = Pick<ControlReader, 'ready' | 'asOf' | 'get' | 'all' | 'unreadable'>;

/** What stands for policies that this version does not understand: no engine reads them either, so nothing is decided. */
const notUnderstood = (tenant: string): TenantPolicy => ({ tenant, version: 1, text: 'not understood' });

/** Decides on the newest control state that this cell has heard. */
export class DecisionMaker {
  readonly #cache = new DecisionCache();

  constructor(
    private readonly cell: CellSpec,
    private readonly control: ControlState,
    private readonly inventory: Pick<PoolInventory, 'at'>,
    private readonly staleAfterMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Answers without any effect. Throws `control-not-ready` until the control topics have been read once. */
  answer(question: Question): Answer {
    const input = this.input(question);
    return answerTo(input, this.#cache.decide(input));
  }

  /** Decides on a record, and counts it. */
  decide(question: Question): Answer {
    const answer = this.answer(question);
    count(answer.decision);
    return answer;
  }

  /** Answers with every rule that was looked at. */
  explain(question: Question): Answer & Explanation {
    const input = this.input(question);
    const explanation = explain(input);
    return { ...answerTo(input, explanation.decision), ...explanation };
  }

  /** The pool of this cell for whose room a record has to wait; undefined when it has not, whatever else is decided. */
  waitsFor(question: Question): string | undefined {
    const input = this.input(question);
    if (this.#cache.decide(input).reasons[0] !== 'no-capacity') return undefined;
    const roomy = this.#cache.decide({ ...input, pools: this.inventory.at(this.now()).roomy });
    return roomy.outcome === 'allow' && roomy.region === this.cell.region ? roomy.pool : undefined;
  }

  /** All that a decision on this question depends on now. Throws `control-not-ready`. */
  input(question: Question): DecisionInput {
    if (!this.control.ready)
      throw new BailiwickError('control-not-ready', 'the control topics have not been read to their end yet');
    const purpose = this.control.get('purpose', purposeKey(question.tenant, question.purpose));
    const now = this.now();
    return {
      profile: this.control.get('profile', question.tenant),
      purpose,
      policy: this.control.unreadable('policy', question.tenant)
        ? notUnderstood(question.tenant)
        : this.control.get('policy', question.tenant),
      record: {
        tenant: question.tenant,
        highestSensitivity: question.highestSensitivity,
        categories: question.categories,
        purposeVersion: question.purposeVersion ?? purpose?.version ?? 0,
        atRegion: this.cell.region,
        atJurisdiction: this.cell.jurisdiction,
        subjectJurisdiction: question.subjectJurisdiction,
      },
      pools: this.inventory.at(now).now,
      controlAgeMs: now - this.control.asOf,
      staleAfterMs: this.staleAfterMs,
      now,
      spread: question.eventId === undefined ? 0 : spreadOf(question.eventId),
    };
  }
}

/** What a decision rests on, beside it. */
export const answerTo = ({ profile, policy }: DecisionInput, decision: Decision): Answer => ({
  decision,
  profileVersion: profile?.version ?? 0,
  policyDigest: policyDigest(policy),
});

function count({ outcome, reasons, basis }: Decision): void {
  decisions.inc({ outcome, reason: reasons[0] ?? '', basis });
}

const spreadOf = (eventId: string): number => createHash('sha256').update(eventId).digest().readUInt32BE();
