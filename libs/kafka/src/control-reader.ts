import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  UnreadableControlEntry,
  topicNames,
  verifyControlEntry,
  type ControlEntry,
  type VerificationKey,
} from '@bailiwick/contracts';
import { CONTROL_KINDS, type CellSpec, type ControlBody, type ControlKind } from '@bailiwick/domain';
import { gauge, type HealthCheck, type Logger, type Runnable } from '@bailiwick/platform';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { backOffMs } from './back-off.js';
import type { Cluster } from './cluster.js';
import { ForgedEntries } from './forged-entries.js';
import { kafkaError } from './kafka-failure.js';
import type { Coordinates } from './stage.js';

/** Whose word is taken, and what is read. */
export interface ControlReaderOptions {
  readonly cluster: Cluster;
  /** The cell whose control topics are read, and to which a forged entry is reported. */
  readonly cell: CellSpec;
  /** Keys of the control-plane, from the trust bundle. */
  readonly keys: readonly VerificationKey[];
  readonly kinds?: readonly ControlKind[];
  readonly logger: Logger;
}

/** Which control state a process runs: the same numbers in two processes mean that they were told the same. */
const SEQUENCE = gauge(
  'bailiwick_control_sequence',
  'Sequence of the newest control entry that was applied, by kind',
  ['kind'],
);

const ALL_KINDS = Object.keys(CONTROL_KINDS) as ControlKind[];
/** The id of the one heartbeat. */
const HEARTBEAT_ID = 'control-plane';
/** A message without a value would remove an entry at the next compaction; the control-plane signs its removals. */
const UNSIGNED = '';

/**
 * What the control-plane says, as the cell's control topics hold it: read from the beginning, each entry verified.
 * An entry that is older than what is known changes nothing. One that is not signed by a trusted key, or signed for
 * another topic, changes nothing and is recorded as a violation, by every reader: which of them acts on control
 * entries is not for an attacker to know, and a service that forgot to report could not be told from one that saw none.
 */
export class ControlReader implements Runnable {
  readonly check: HealthCheck;
  readonly #options: ControlReaderOptions;
  readonly #kindOf: ReadonlyMap<string, ControlKind>;
  readonly #known = new Map<ControlKind, Map<string, ControlEntry>>();
  /** Offset per topic and partition up to which the state must be read before it counts. */
  readonly #awaited = new Map<string, bigint>();
  /** Things of which the newest entry is not understood, as `kind/id`. */
  readonly #unreadable = new Set<string>();
  readonly #newest = new Map<ControlKind, number>();
  readonly #listeners: (() => void)[] = [];
  readonly #forged: ForgedEntries;
  readonly #stopping = new AbortController();
  #caughtUp = false;
  #failures = 0;
  #consumer: Consumer | null = null;
  #problem: string | null = 'the control topics are not read yet';

  constructor(options: ControlReaderOptions) {
    this.#options = options;
    this.#forged = new ForgedEntries(options);
    const names = topicNames(options.cell.jurisdiction);
    this.#kindOf = new Map((options.kinds ?? ALL_KINDS).map((kind) => [names.control(kind), kind]));
    for (const kind of this.#kindOf.values()) this.#known.set(kind, new Map());
    this.check = { name: 'control', problem: () => (this.#caughtUp ? null : this.#problem) };
  }

  /** True once everything that was there at the start has been read. */
  get ready(): boolean {
    return this.#caughtUp;
  }

  /** Time of the last heartbeat in milliseconds since the epoch; 0 before the first. */
  get asOf(): number {
    const body = this.get('heartbeat', HEARTBEAT_ID);
    return body ? Date.parse(body.at) : 0;
  }

  /** The thing with this id, or undefined when there is none or it was removed. */
  get<K extends ControlKind>(kind: K, id: string): ControlBody<K> | undefined {
    return (this.#known.get(kind)?.get(id)?.body ?? undefined) as ControlBody<K> | undefined;
  }

  /**
   * True when the newest entry about a thing is signed and not understood: written for a later version. What was known of it before
   * does not hold any more, so `get` gives nothing; who is only narrowed by such things must ask here too.
   */
  unreadable(kind: ControlKind, id: string): boolean {
    return this.#unreadable.has(`${kind}/${id}`);
  }

  /** Every thing of a kind. */
  all<K extends ControlKind>(kind: K): readonly ControlBody<K>[] {
    const bodies = [...(this.#known.get(kind)?.values() ?? [])].map(({ body }) => body);
    return bodies.filter((body) => body !== null) as ControlBody<K>[];
  }

  /** Calls the listener after every change, for caches. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Reads in the background; `ready` says when the state counts. */
  start(): Promise<void> {
    void this.#read();
    return Promise.resolve();
  }

  /** Resolves when the state counts. */
  async whenReady(withinMs = 60_000): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (!this.#caughtUp) {
      if (Date.now() > deadline) throw new Error(`control topics: ${this.#problem}`);
      await sleep(20);
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#consumer?.disconnect().catch(() => undefined);
    await this.#forged.stop();
  }

  async #read(): Promise<void> {
    const { signal } = this.#stopping;
    const topics = [...this.#kindOf.keys()];
    while (!signal.aborted) {
      try {
        await this.#awaitEnds(topics);
        await this.#consume(topics);
        return;
      } catch (thrown) {
        const error = kafkaError(thrown, topics);
        this.#problem = error.detail;
        this.#options.logger.warn('the control topics cannot be read yet', { error });
        await this.#consumer?.disconnect().catch(() => undefined);
        await this.#backOff();
      }
    }
  }

  /** Waits longer after each failure in a row, until something is read again. */
  #backOff(): Promise<void> {
    const { signal } = this.#stopping;
    return sleep(backOffMs(++this.#failures), undefined, { signal }).catch(() => undefined);
  }

  async #awaitEnds(topics: readonly string[]): Promise<void> {
    const admin = this.#options.cluster.admin();
    try {
      await admin.connect();
      for (const topic of topics)
        for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
          if (BigInt(high) > BigInt(low)) this.#awaited.set(`${topic}/${partition}`, BigInt(high));
    } finally {
      await admin.disconnect();
    }
    this.#caughtUp = this.#awaited.size === 0;
  }

  async #consume(topics: readonly string[]): Promise<void> {
    const { cluster, logger } = this.#options;
    // A group of its own per process and never a commit: every process reads everything.
    const consumer = cluster.consumers.consumer({
      groupId: cluster.name(`control-${randomUUID()}`),
      maxWaitTimeInMs: 500,
      sessionTimeout: 10_000,
      heartbeatInterval: 2000,
      allowAutoTopicCreation: false,
      retry: { restartOnFailure: () => Promise.resolve(true) },
    });
    this.#consumer = consumer;
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      logger.warn('the control reader crashed', { error: kafkaError(payload.error, topics) });
      if (!payload.restart) void this.#backOff().then(() => this.#read());
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({ autoCommit: false, eachBatch: (payload) => this.#take(payload) });
  }

  async #take({ batch }: EachBatchPayload): Promise<void> {
    this.#failures = 0;
    const kind = this.#kindOf.get(batch.topic);
    if (!kind) return;
    const { topic, partition } = batch;
    for (const { offset, value } of batch.messages)
      await this.#learn(kind, value?.toString() ?? UNSIGNED, { topic, partition, offset: BigInt(offset) });
    const key = `${topic}/${partition}`;
    if (BigInt(batch.lastOffset()) + 1n >= (this.#awaited.get(key) ?? 0n)) this.#awaited.delete(key);
    if (this.#awaited.size === 0) this.#caughtUp = true;
    for (const listener of this.#listeners) listener();
  }

  async #learn(kind: ControlKind, jws: string, at: Coordinates): Promise<void> {
    let entry: ControlEntry;
    let understood = true;
    try {
      entry = await verifyControlEntry(jws, this.#options.keys);
    } catch (thrown) {
      if (!(thrown instanceof UnreadableControlEntry)) return this.#forged.report(at);
      const { topic, partition, offset } = at;
      this.#options.logger.error(
        'a control entry is signed, but not understood: what it is about is unknown',
        {
          topic,
          partition,
          offset: String(offset),
        },
      );
      if (!thrown.about) return;
      entry = { ...thrown.about, body: null };
      understood = false;
    }
    if (entry.kind !== kind) return this.#forged.report(at);
    const known = this.#known.get(kind);
    if ((known?.get(entry.id)?.sequence ?? -1) > entry.sequence) return;
    known?.set(entry.id, entry);
    if (understood) this.#unreadable.delete(`${kind}/${entry.id}`);
    else this.#unreadable.add(`${kind}/${entry.id}`);
    this.#newest.set(kind, Math.max(this.#newest.get(kind) ?? 0, entry.sequence));
    SEQUENCE.set({ kind }, this.#newest.get(kind) ?? 0);
  }
}
