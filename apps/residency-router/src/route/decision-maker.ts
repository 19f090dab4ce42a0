import { createHash } from 'node:crypto';
import { purposeKey, type CellSpec, type Decision } from '@bailiwick/domain';
import type { ControlReader } from '@bailiwick/kafka';
import { BailiwickError, counter } from '@bailiwick/platform';
import { explain, type DecisionInput, type Explanation } from '@bailiwick/policy';

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
  /** Spreads records over pools that are equally good; absent: the first pool. */
  readonly eventId?: string;
}

/** A decision, the way to it, and the version of the profile that it rests on (0 when there is none). */
export interface Answer extends Explanation {
  readonly profileVersion: number;
}

/** The part of the control reader that decisions need. */
export type ControlState = Pick<ControlReader, 'ready' | 'asOf' | 'get' | 'all'>;

/** Decides on the newest control state that this cell has heard. */
export class DecisionMaker {
  constructor(
    private readonly cell: CellSpec,
    private readonly control: ControlState,
    private readonly staleAfterMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Answers without any effect. Throws `control-not-ready` until the control topics have been read once. */
  answer(question: Question): Answer {
    if (!this.control.ready)
      throw new BailiwickError('control-not-ready', 'the control topics have not been read to their end yet');
    const profile = this.control.get('profile', question.tenant);
    const purpose = this.control.get('purpose', purposeKey(question.tenant, question.purpose));
    const input: DecisionInput = {
      profile,
      purpose,
      record: {
        tenant: question.tenant,
        highestSensitivity: question.highestSensitivity,
        categories: question.categories,
        purposeVersion: question.purposeVersion ?? purpose?.version ?? 0,
        atRegion: this.cell.region,
        atJurisdiction: this.cell.jurisdiction,
      },
      pools: this.control.all('pool'),
      controlAgeMs: this.now() - this.control.asOf,
      staleAfterMs: this.staleAfterMs,
      spread: question.eventId === undefined ? 0 : spreadOf(question.eventId),
    };
    return { ...explain(input), profileVersion: profile?.version ?? 0 };
  }

  /** Decides on a record, and counts it. */
  decide(question: Question): Answer {
    const answer = this.answer(question);
    count(answer.decision);
    return answer;
  }
}

function count({ outcome, reasons, basis }: Decision): void {
  decisions.inc({ outcome, reason: reasons[0] ?? '', basis });
}

const spreadOf = (eventId: string): number => createHash('sha256').update(eventId).digest().readUInt32BE();
