import { setTimeout as sleep } from 'node:timers/promises';
import type { Identity } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import { type BailiwickError, type HealthCheck, type Logger, type Runnable } from '@bailiwick/platform';
import type { Consumer, ConsumerGroupJoinEvent, EachBatchPayload } from 'kafkajs';
import { backOffMs } from './back-off.js';
import type { Cluster } from './cluster.js';
import { lanesOf, pausable, samePartitions, type LanePartitions } from './given-lanes.js';
import { GroupView } from './group-view.js';
import { kafkaError, kafkaFailure } from './kafka-failure.js';
import { laneAssigner, laneOf } from './lane-assigner.js';
import { LanePartition } from './lane-partition.js';
import { Lane, type LaneEnd, type OpenCommitter } from './lane.js';
import { OutcomeWriter, type SealToCell } from './outcome-messages.js';
import { ownCommitter } from './own-committer.js';
import { recordWork, type WorkOptions } from './record-work.js';
import { Slots } from './slots.js';
import { STAGE_METRICS } from './stage-metrics.js';
import type { StageDefinition } from './stage.js';

/** What a stage runner needs from its process. */
export interface StageRunnerOptions {
  readonly cluster: Cluster;
  readonly cell: CellSpec;
  readonly logger: Logger;
  /** Seals broken records to the cell. Null only where nothing can be personal; then originals are left out. */
  readonly seal: SealToCell | null;
  /** Called once when the process must end with a non-zero status. */
  readonly onFatal: (error: unknown) => void;
  /** How long `stop` waits for records that are inside the stage, in milliseconds. */
  readonly drainMs?: number;
  /** Without progress for this long while records wait, the stage is not ready. */
  readonly stalledAfterMs?: number;
  /** How long the group waits for a member that says nothing. */
  readonly sessionTimeoutMs?: number;
}

/** A fetch that finds nothing returns after this long; a partition that is resumed waits no longer than this. */
const FETCH_WAIT_MS = 100;
/** Bytes of one fetch; a larger record comes alone. Enough for a whole transaction, and little to keep in memory. */
const FETCH_BYTES = 2 * 1024 * 1024;
/** Longest time to let go of the lanes and the group when nothing is inside the stage any more. */
const LEAVE_MS = 3000;
const DEFAULTS = { drainMs: 8000, stalledAfterMs: 60_000, sessionTimeoutMs: 10_000 };

/**
 * Runs a stage: joins its group, opens the lanes that it is given, feeds them, and gives them up. See the package's
 * README for what it promises.
 */
export class StageRunner<In> implements Runnable {
  readonly check: HealthCheck;
  readonly #options: StageRunnerOptions & typeof DEFAULTS;
  readonly #definition: StageDefinition<In>;
  readonly #group: string;
  readonly #laneCount: number;
  readonly #view: GroupView;
  readonly #slots: Slots;
  readonly #tooLarge = new Set<string>();
  readonly #alone = new Map<number, number>();
  readonly #work: ReturnType<typeof recordWork<In>>;
  readonly #openCommitter: OpenCommitter;
  readonly #stopping = new AbortController();
  /** Lanes that the group gave to this process. */
  #given = new Map<number, LanePartitions>();
  readonly #keeping = new Map<number, Promise<void>>();
  readonly #lanes = new Map<number, Lane>();
  readonly #failures = new Map<number, number>();
  #consumer: Consumer | null = null;
  #session: Promise<void> = Promise.resolve();
  #memberId = '';
  #problem: string | null = 'not started';
  #laneProblem: string | null = null;
  #fetchedAt = Date.now();
  /** Consumers that kafkajs gave up since the last fetch. */
  #crashes = 0;

  constructor(options: StageRunnerOptions, definition: StageDefinition<In>, openCommitter?: OpenCommitter) {
    this.#options = { ...DEFAULTS, ...options };
    this.#definition = definition;
    this.#laneCount = definition.lanes ?? options.cell.lanes;
    this.#group = options.cluster.name(definition.name);
    this.#view = new GroupView(options.cluster, this.#group);
    this.#slots = new Slots(definition.concurrency);
    this.#openCommitter = openCommitter ?? ownCommitter(options.cluster);
    const identity: Identity = options.cluster.identity;
    const workOptions: WorkOptions<In> = {
      group: this.#group,
      type: definition.type,
      stage: definition.stage,
      kept: definition.kept,
      writer: new OutcomeWriter(options.cell, identity, options.seal),
      tooLarge: this.#tooLarge,
    };
    this.#work = recordWork(workOptions);
    this.check = { name: `stage ${definition.name}`, problem: () => this.problem() };
  }

  /** Joins the group in the background; `check` says when the lanes are open. */
  start(): Promise<void> {
    this.#session = this.#join();
    return Promise.resolve();
  }

  /** Stops fetching, finishes what is inside the stage, commits it and leaves the group. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#pauseAll();
    const drained = Promise.all([...this.#lanes.values()].map((lane) => lane.drain()));
    await Promise.race([drained, sleep(this.#options.drainMs, undefined, { ref: false })]);
    this.#given = new Map();
    // A cluster that is away is given up only after the client's last retry, and the process is to end before that.
    await Promise.race([this.#leave(), sleep(LEAVE_MS, undefined, { ref: false })]);
    this.#problem = 'stopped';
  }

  async #leave(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.close()));
    await Promise.all(this.#keeping.values());
    await this.#session;
    await this.#consumer?.disconnect().catch(() => undefined);
    await this.#view.close();
  }

  /** Null while the stage does its work, otherwise a sentence that says what is wrong. */
  problem(): string | null {
    if (this.#problem !== null) return this.#problem;
    if (this.#lanes.size < this.#given.size) return this.#laneProblem ?? 'lanes are being taken over';
    const now = Date.now();
    const { stalledAfterMs } = this.#options;
    if (now - this.#fetchedAt > stalledAfterMs) return 'the consumer fetches no more';
    for (const [index, lane] of this.#lanes)
      if (lane.buffered > 0 && now - lane.progressAt > stalledAfterMs)
        return `lane ${index} makes no progress`;
    return null;
  }

  /** Records of its topics, written in transactions, that are not settled yet, whoever of the group has them; markers may count. */
  async behind(): Promise<number> {
    const { topics } = this.#definition;
    return this.#view.behind(topics).catch((thrown: unknown) => Promise.reject(kafkaError(thrown, topics)));
  }

  /** Resolves when the stage is ready for the first time or again. */
  async ready(withinMs = 60_000): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (this.problem() !== null) {
      if (Date.now() > deadline)
        throw new Error(`stage ${this.#definition.name} is not ready: ${this.problem()}`);
      await sleep(20);
    }
  }

  async #join(): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        this.#problem ??= 'joining the group';
        await this.#view.requireTopics(this.#definition.topics);
        await this.#consume();
        return;
      } catch (thrown) {
        const error = kafkaError(thrown, this.#definition.topics);
        this.#problem = error.detail;
        this.#options.logger.warn('the stage cannot start yet', { stage: this.#definition.name, error });
        await this.#consumer?.disconnect().catch(() => undefined);
        this.#consumer = null;
        await sleep(backOffMs(failures), undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /**
   * kafkajs gives a consumer up for good on what passes by itself, such as a coordinator that is away while its broker
   * restarts. What is in the lanes is kept; they are fed again from where they stand.
   */
  async #rejoin(): Promise<void> {
    const { signal } = this.#stopping;
    this.#consumer = null;
    await sleep(backOffMs(++this.#crashes), undefined, { signal }).catch(() => undefined);
    await this.#join();
  }

  async #consume(): Promise<void> {
    const { cluster, sessionTimeoutMs } = this.#options;
    const consumer = cluster.consumers.consumer({
      groupId: this.#group,
      partitionAssigners: [laneAssigner(this.#laneCount, () => this.#lanes.keys())],
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.min(1000, sessionTimeoutMs / 5),
      maxWaitTimeInMs: FETCH_WAIT_MS,
      minBytes: 1,
      maxBytes: FETCH_BYTES,
      maxBytesPerPartition: FETCH_BYTES / 4,
      allowAutoTopicCreation: false,
    });
    this.#consumer = consumer;
    consumer.on(consumer.events.GROUP_JOIN, (event) => this.#joined(event));
    consumer.on(consumer.events.FETCH, () => {
      this.#fetchedAt = Date.now();
      this.#crashes = 0;
    });
    // A fetch of nothing but markers and aborted records is announced here and not handed out.
    consumer.on(consumer.events.START_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0)
        this.#lanes.get(laneOf(payload.partition, this.#laneCount))?.passOver(payload);
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      const error = kafkaError(payload.error, this.#definition.topics);
      this.#problem = error.detail;
      this.#options.logger.error('the consumer crashed', { stage: this.#definition.name, error });
      if (!payload.restart) this.#session = this.#rejoin();
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [...this.#definition.topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.#take(payload),
    });
  }

  /** Runs within kafkajs's join, before its next fetch: positions are set and new lanes paused in time. */
  #joined({ payload }: ConsumerGroupJoinEvent): void {
    this.#memberId = payload.memberId;
    this.#given = this.#stopping.signal.aborted
      ? new Map()
      : lanesOf(payload.memberAssignment, this.#laneCount);
    if (!this.#stopping.signal.aborted) this.#problem = null;
    this.#fetchedAt = Date.now();
    for (const [index, lane] of this.#lanes) {
      const given = this.#given.get(index);
      if (given && samePartitions(lane.partitions, given)) this.#seek(lane);
      else {
        STAGE_METRICS.lanesLost.inc({ stage: this.#definition.name, reason: 'moved' });
        void lane.close();
      }
    }
    for (const [index, partitions] of this.#given) {
      if (!this.#isOpen(index)) this.#consumer?.pause(pausable(partitions));
      if (!this.#keeping.has(index)) this.#keep(index);
    }
  }

  #isOpen(index: number): boolean {
    const lane = this.#lanes.get(index);
    return lane !== undefined && !lane.isClosed;
  }

  #keep(index: number): void {
    const kept = this.#tenures(index).finally(() => {
      this.#keeping.delete(index);
      if (this.#given.has(index) && !this.#stopping.signal.aborted) this.#keep(index);
    });
    this.#keeping.set(index, kept);
  }

  /** One tenure after the other while the lane is given to this process. */
  async #tenures(index: number): Promise<void> {
    const { signal } = this.#stopping;
    for (let first = true; this.#given.has(index) && !signal.aborted; first = false) {
      try {
        // Whoever was fenced or lost a connection asks the coordinator first, so that it fences nobody in turn.
        if (first || (await this.#isStillGiven(index))) {
          const end = await this.#tenure(index);
          if (end === null || end.kind === 'closed') continue;
          if (end.kind === 'stop') return this.#halt(end.error);
          this.#failed(index, end);
        }
      } catch (thrown) {
        this.#failed(index, { kind: 'failed', thrown, records: [] });
      }
      const failures = this.#failures.get(index) ?? 1;
      await sleep(backOffMs(failures), undefined, { signal }).catch(() => undefined);
    }
  }

  /** Takes no record any more: going on would act on what was tampered with. */
  #halt(error: BailiwickError): void {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    this.#pauseAll();
    this.#problem = error.detail;
    this.#options.onFatal(error);
  }

  async #tenure(index: number): Promise<LaneEnd | null> {
    const given = this.#given.get(index);
    if (!given) return null;
    const lane = await this.#open(index, given);
    if (this.#given.get(index) !== given && !samePartitions(lane.partitions, this.#given.get(index))) {
      await lane.close();
      return null;
    }
    this.#lanes.set(index, lane);
    this.#seek(lane);
    this.#consumer?.resume(pausable(given));
    const end = await lane.ended;
    this.#lanes.delete(index);
    if (lane.committed > 0) this.#failures.delete(index);
    if (this.#given.has(index)) this.#consumer?.pause(pausable(given));
    return end;
  }

  /** Takes the lane over: fences the owner before, and only then reads what that one had committed. */
  async #open(index: number, given: LanePartitions): Promise<Lane> {
    const { cluster, logger } = this.#options;
    const { name } = this.#definition;
    const alone = this.#alone.get(index) ?? 0;
    this.#alone.delete(index);
    const committer = await this.#openCommitter(index, cluster.name(`${name}.lane-${index}`), this.#group);
    try {
      const partitions: LanePartition[] = [];
      for (const [topic, numbers] of given) {
        const committed = await this.#view.committed(topic, numbers);
        for (const [partition, offset] of committed)
          partitions.push(new LanePartition(topic, partition, offset));
      }
      return new Lane({
        stage: name,
        index,
        partitions,
        committer,
        slots: this.#slots,
        work: this.#work,
        alone,
        logger,
        fetching: ({ topic, partition }, on) => {
          if (on) this.#consumer?.resume([{ topic, partitions: [partition] }]);
          else this.#consumer?.pause([{ topic, partitions: [partition] }]);
        },
      });
    } catch (thrown) {
      await committer.close();
      throw thrown;
    }
  }

  #failed(index: number, { thrown, records }: Extract<LaneEnd, { kind: 'failed' }>): void {
    const { name, topics } = this.#definition;
    const kind = kafkaFailure(thrown);
    const written = new Set(records.flatMap(({ messages }) => messages?.own.map(({ topic }) => topic) ?? []));
    const error = kafkaError(thrown, written.size > 0 ? written : topics);
    this.#laneProblem = `lane ${index}: ${error.detail}`;
    this.#failures.set(index, (this.#failures.get(index) ?? 0) + 1);
    STAGE_METRICS.lanesLost.inc({ stage: name, reason: kind });
    this.#options.logger.warn('a lane failed and will be taken over again', {
      stage: name,
      lane: String(index),
      error,
    });
    if (kind !== 'too-large') return;
    const only = records.length === 1 ? records[0] : undefined;
    if (only) this.#tooLarge.add(`${only.partition.topic}/${only.partition.partition}/${only.offset}`);
    else this.#alone.set(index, records.length);
  }

  #isStillGiven(index: number): Promise<boolean> {
    const given = this.#given.get(index);
    return given ? this.#view.owns(this.#memberId, given) : Promise.resolve(false);
  }

  #take(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { topic, partition, messages } = batch;
    const last = messages.at(-1);
    const lane = this.#lanes.get(laneOf(partition, this.#laneCount));
    const target = lane?.at(topic, partition);
    if (
      last &&
      lane &&
      target &&
      !payload.isStale() &&
      payload.isRunning() &&
      lane.enqueue(target, messages, BigInt(batch.lastOffset()))
    ) {
      payload.resolveOffset(last.offset);
      STAGE_METRICS.lag.set(
        { stage: this.#definition.name, topic, partition: String(partition) },
        Number(batch.offsetLag()),
      );
      STAGE_METRICS.inFlight.set({ stage: this.#definition.name }, this.#slots.busy);
    }
    return Promise.resolve();
  }

  /** A consumer that joined again forgot where it was and what was paused. */
  #seek(lane: Lane): void {
    for (const { topic, partition, position, paused } of lane.partitions) {
      this.#consumer?.seek({ topic, partition, offset: position.toString() });
      if (paused) this.#consumer?.pause([{ topic, partitions: [partition] }]);
    }
  }

  #pauseAll(): void {
    for (const partitions of this.#given.values()) this.#consumer?.pause(pausable(partitions));
  }
}
