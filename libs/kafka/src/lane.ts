import { failSpan, type BailiwickError, type Logger } from '@bailiwick/platform';
import type { KafkaMessage } from 'kafkajs';
import { commitSpan } from './commit-span.js';
import type { LanePartition, RecordTask } from './lane-partition.js';
import type { OutcomeMessages } from './outcome-messages.js';
import type { WorkResult } from './record-work.js';
import type { Slots } from './slots.js';
import type { Coordinates } from './stage.js';
import { STAGE_METRICS } from './stage-metrics.js';
import { cutRest, cutTransaction, type Cut, type Offsets } from './transaction-cut.js';

/** A finished record for its committer; `at` is null for what is written beside the consumed records. */
export interface CommittedRecord {
  readonly messages: OutcomeMessages | null;
  readonly at: Coordinates | null;
}

/** Writes the outcomes of finished records and the offsets after them, all or nothing. */
export interface LaneCommitter {
  commit(records: readonly CommittedRecord[], offsets: Offsets): Promise<void>;
  close(): Promise<void>;
}

/** Makes the committer of one tenure of a lane; opening it must fence the owner before. */
export type OpenCommitter = (lane: number, transactionalId: string, group: string) => Promise<LaneCommitter>;

/** Why a lane ended: it was closed, a transaction failed, or the process must stop. */
export type LaneEnd =
  | { readonly kind: 'closed' }
  | { readonly kind: 'failed'; readonly thrown: unknown; readonly records: readonly RecordTask[] }
  | { readonly kind: 'stop'; readonly error: BailiwickError };

/** What a lane is made of. */
export interface LaneOptions {
  readonly stage: string;
  readonly index: number;
  readonly partitions: readonly LanePartition[];
  readonly committer: LaneCommitter;
  readonly slots: Slots;
  readonly work: (
    message: KafkaMessage,
    at: Coordinates,
    attempt: number,
    signal: AbortSignal,
  ) => Promise<WorkResult>;
  /** Stops and starts the fetching of a partition. */
  readonly fetching: (partition: LanePartition, on: boolean) => void;
  /** Records that are committed one by one before batches are made again. */
  readonly alone: number;
  readonly logger: Logger;
}

/** A fetch in which there was nothing for a reader. */
export interface PassedOver {
  readonly topic: string;
  readonly partition: number;
  /** Null when everything in it lies before what was asked for. */
  readonly firstOffset: string | null;
  readonly lastOffset: string;
}

/** A lane stops fetching at the first bound and goes on at half of it. */
const BUFFERED_RECORDS = 2000;
const BUFFERED_BYTES = 8 * 1024 * 1024;
/** How long a partition is quiet before it is committed where it stands, in milliseconds. */
const REST_MS = 2000;

/**
 * One tenure of a lane: from taking over its transactional id to the first failure, loss or close. It has at most
 * one transaction in flight; whatever finishes meanwhile goes into the next. A tenure never recovers: what it had in
 * memory is dropped and the next one starts at the committed offsets, so a transaction whose outcome is unknown is
 * never sent again blindly.
 */
export class Lane {
  /** Resolves when the tenure is over. */
  readonly ended: Promise<LaneEnd>;
  readonly #options: LaneOptions;
  readonly #end: (end: LaneEnd) => void;
  readonly #abort = new AbortController();
  readonly #label: { stage: string; lane: string };
  #closed = false;
  #draining = false;
  #running = 0;
  #buffered = 0;
  #bufferedBytes = 0;
  #alone: number;
  #committing = false;
  #idle: (() => void)[] = [];
  #resting: NodeJS.Timeout | null = null;
  #restIsDue = false;
  /** Milliseconds since the epoch of the last commit or of the last time that nothing was waiting. */
  progressAt = Date.now();
  /** Records committed in this tenure. */
  committed = 0;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#alone = options.alone;
    this.#label = { stage: options.stage, lane: String(options.index) };
    const { promise, resolve } = Promise.withResolvers<LaneEnd>();
    this.ended = promise;
    this.#end = resolve;
  }

  get partitions(): readonly LanePartition[] {
    return this.#options.partitions;
  }

  /** One of its partitions. */
  at(topic: string, partition: number): LanePartition | undefined {
    return this.partitions.find(
      (candidate) => candidate.partition === partition && candidate.topic === topic,
    );
  }

  /** Records that are fetched and not yet committed. */
  get buffered(): number {
    return this.#buffered;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /**
   * Takes what was fetched; `last` is the last offset that the fetch covered, visible or not. False when the tenure is
   * over or draining: then nothing was taken.
   */
  enqueue(partition: LanePartition, messages: readonly KafkaMessage[], last: bigint): boolean {
    if (this.#closed || this.#draining) return false;
    if (this.#buffered === 0) this.progressAt = Date.now();
    for (const message of messages) {
      const offset = BigInt(message.offset);
      if (offset < partition.position) continue;
      const bytes = message.value?.length ?? 0;
      const key = message.key === null ? null : message.key.toString('latin1');
      const at = { topic: partition.topic, partition: partition.partition, offset };
      const task: RecordTask = {
        partition,
        at,
        offset,
        key,
        message,
        bytes,
        attempt: 0,
        finished: false,
        messages: null,
      };
      this.#buffered++;
      this.#bufferedBytes += bytes;
      partition.push(task);
      if (partition.keys.admit(key, task)) this.#submit(task);
    }
    if (last >= partition.position) partition.position = last + 1n;
    this.#restLater();
    this.#balance();
    return true;
  }

  /** Takes note of a fetch that held nothing that a reader may see: markers, and records of transactions that were aborted. */
  passOver({ topic, partition: number, firstOffset, lastOffset }: PassedOver): void {
    const partition = this.at(topic, number);
    if (!partition || this.#closed || firstOffset === null) return;
    // One that begins behind where the partition stands was asked for before a seek.
    if (BigInt(firstOffset) > partition.position || BigInt(lastOffset) < partition.position) return;
    partition.position = BigInt(lastOffset) + 1n;
    this.#restLater();
  }

  /** Starts nothing more and resolves when what runs has finished and is committed. */
  async drain(): Promise<void> {
    this.#draining = true;
    while (!this.#closed && (this.#running > 0 || this.#committing))
      await new Promise<void>((done) => this.#idle.push(done));
  }

  /** Ends the tenure: the signal aborts, queued records are dropped, a transaction in flight is let go. */
  close(): Promise<void> {
    return this.#finish({ kind: 'closed' });
  }

  #submit(task: RecordTask): void {
    this.#options.slots.submit(() => this.#run(task));
  }

  async #run(task: RecordTask): Promise<void> {
    const { partition } = task;
    if (this.#closed || this.#draining) return;
    if (partition.isBackingOff) return partition.park(task);
    task.attempt++;
    this.#running++;
    const result = await this.#options.work(task.message, task.at, task.attempt, this.#abort.signal);
    this.#running--;
    if (this.#closed) return;
    if (result.kind === 'finished') this.#finished(task, result.messages);
    else if (result.kind === 'later') this.#later(task, result.error);
    else await this.#stop(result.messages, result.error);
    if (this.#running === 0) this.#wake();
  }

  #finished(task: RecordTask, messages: OutcomeMessages): void {
    const { partition, key } = task;
    task.messages = messages;
    task.finished = true;
    partition.succeeded();
    const next = partition.keys.done(key);
    if (next) this.#submit(next);
    if (this.#committing) return;
    this.#committing = true;
    // After everything that this turn of the event loop still finishes.
    setImmediate(() => void this.#commitAll());
  }

  #later(task: RecordTask, error: BailiwickError): void {
    const { stage, logger } = this.#options;
    STAGE_METRICS.retries.inc({ stage, code: error.code });
    if (task.attempt === 1) {
      const { topic, partition } = task.partition;
      logger.warn('a record waits and will be tried again', {
        stage,
        topic,
        partition,
        offset: String(task.offset),
        error,
      });
    }
    task.partition.park(task);
    task.partition.backOff((tasks) => {
      for (const parked of tasks) this.#submit(parked);
      this.#balance();
    });
    this.#balance();
  }

  async #stop(messages: OutcomeMessages, error: BailiwickError): Promise<void> {
    await this.#options.committer.commit([{ messages, at: null }], new Map()).catch(() => undefined);
    await this.#finish({ kind: 'stop', error });
  }

  /**
   * Soon commits where quiet partitions stand. Otherwise what lies at their end and no reader may see would look like records that wait,
   * until the next one comes.
   */
  #restLater(): void {
    this.#resting ??= setTimeout(() => {
      this.#resting = null;
      if (this.#closed || this.#draining || !cutRest(this.#options.partitions)) return;
      this.#restIsDue = true;
      if (this.#committing) return;
      this.#committing = true;
      void this.#commitAll();
    }, REST_MS);
  }

  async #commitAll(): Promise<void> {
    let cut: Cut | null = null;
    try {
      for (cut = this.#cut(); cut !== null && !this.#closed; cut = this.#cut()) {
        const started = performance.now();
        await this.#commit(cut);
        this.#release(cut, (performance.now() - started) / 1000);
      }
    } catch (thrown) {
      await this.#finish({ kind: 'failed', thrown, records: cut?.records ?? [] });
    } finally {
      this.#committing = false;
      this.#wake();
    }
  }

  async #commit({ records, offsets }: Cut): Promise<void> {
    const { stage, index, committer } = this.#options;
    const span = commitSpan(stage, index, records);
    try {
      await committer.commit(records, offsets);
    } catch (thrown) {
      if (span) failSpan(span, thrown);
      throw thrown;
    } finally {
      span?.end();
    }
  }

  #cut(): Cut | null {
    const { partitions } = this.#options;
    const cut = cutTransaction(partitions, this.#alone > 0 ? 1 : undefined);
    if (cut !== null || !this.#restIsDue) return cut;
    this.#restIsDue = false;
    return cutRest(partitions);
  }

  #release({ records, counts, offsets }: Cut, seconds: number): void {
    const { stage } = this.#options;
    for (const partition of this.#options.partitions) {
      partition.release(counts.get(partition) ?? 0);
      partition.committed = offsets.get(partition.topic)?.get(partition.partition) ?? partition.committed;
      if (partition.position > partition.committed) this.#restLater();
    }
    if (records.length === 0) return;
    const outcomes = new Map<string, number>();
    for (const { messages, bytes } of records) {
      this.#bufferedBytes -= bytes;
      if (messages) outcomes.set(messages.outcome, (outcomes.get(messages.outcome) ?? 0) + 1);
    }
    for (const [outcome, count] of outcomes) STAGE_METRICS.records.inc({ stage, outcome }, count);
    STAGE_METRICS.transactionSeconds.observe({ stage }, seconds);
    STAGE_METRICS.batchRecords.observe({ stage }, records.length);
    this.#buffered -= records.length;
    this.#alone = Math.max(0, this.#alone - records.length);
    this.committed += records.length;
    this.progressAt = Date.now();
    this.#balance();
  }

  /** Fetches on while there is room and the partition is well. */
  #balance(): void {
    STAGE_METRICS.buffered.set(this.#label, this.#buffered);
    const full = this.#buffered >= BUFFERED_RECORDS || this.#bufferedBytes >= BUFFERED_BYTES;
    const roomy = this.#buffered <= BUFFERED_RECORDS / 2 && this.#bufferedBytes <= BUFFERED_BYTES / 2;
    for (const partition of this.#options.partitions) {
      const pause = partition.isBackingOff || full || (partition.paused && !roomy);
      if (pause === partition.paused) continue;
      partition.paused = pause;
      this.#options.fetching(partition, !pause);
    }
  }

  async #finish(end: LaneEnd): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#abort.abort();
    for (const partition of this.#options.partitions) partition.close();
    clearTimeout(this.#resting ?? undefined);
    STAGE_METRICS.buffered.set(this.#label, 0);
    this.#wake();
    this.#end(end);
    await this.#options.committer.close();
  }

  #wake(): void {
    const waiting = this.#idle;
    this.#idle = [];
    for (const done of waiting) done();
  }
}
