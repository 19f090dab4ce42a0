import type { KafkaMessage } from 'kafkajs';
import { CommitPrefix, type Progress } from './commit-prefix.js';
import { KeyOrder } from './key-order.js';
import type { OutcomeMessages } from './outcome-messages.js';
import type { Coordinates } from './stage.js';
import { backOffMs } from './back-off.js';

/** One consumed record on its way through a lane. */
export interface RecordTask extends Progress {
  readonly partition: LanePartition;
  readonly at: Coordinates;
  readonly offset: bigint;
  readonly key: string | null;
  readonly message: KafkaMessage;
  readonly bytes: number;
  attempt: number;
  finished: boolean;
  /** Set once finished. */
  messages: OutcomeMessages | null;
}

/** One partition of a lane: its records in order, and whether it is backing off. */
export class LanePartition extends CommitPrefix<RecordTask> {
  readonly keys = new KeyOrder<RecordTask>();
  /** True while kafkajs is told not to fetch it. */
  paused = false;
  /** Next offset to read by what the group has committed. */
  committed: bigint;
  #failures = 0;
  #parked: RecordTask[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(
    readonly topic: string,
    readonly partition: number,
    position: bigint,
  ) {
    super(position);
    this.committed = position;
  }

  get isBackingOff(): boolean {
    return this.#timer !== null;
  }

  /** A record was finished, so the next failure is the first again. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** Keeps a record for the end of the pause. */
  park(task: RecordTask): void {
    this.#parked.push(task);
  }

  /** Pauses the partition after a failure; `resume` gets the parked records, oldest first. */
  backOff(resume: (tasks: readonly RecordTask[]) => void): void {
    if (this.#timer) return;
    this.#failures++;
    this.#timer = setTimeout(() => {
      const tasks = this.#parked.sort((a, b) => (a.offset < b.offset ? -1 : 1));
      this.#parked = [];
      this.#timer = null;
      resume(tasks);
    }, backOffMs(this.#failures));
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }
}
