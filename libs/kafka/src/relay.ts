import type { Cluster } from './cluster.js';
import type { CommittedRecord, LaneCommitter } from './lane.js';
import {
  RELAY_START,
  formatRelayCursor,
  isRelayed,
  parseRelayCursor,
  type RelayCursor,
} from './relay-cursor.js';
import { cursorMessage, readCursors } from './source-cursor.js';
import type { OpenCommitter } from './lane.js';
import { TransactionalProducer, type OutgoingMessage } from './transactional-producer.js';
import type { Offsets } from './transaction-cut.js';

/** Where a relay goes. */
export interface RelayDestination {
  /** The other cell's cluster, as this identity. */
  readonly cluster: Cluster;
  /** Compacted topic there that keeps this relay's cursors. */
  readonly cursorTopic: string;
}

/**
 * Committer of a stage whose `forward` outcomes go to another cluster, exactly once: first there, with the cursor,
 * then home, with facts and consumed offsets. Each transaction is its own truth, see `RelayCursor`.
 */
export const relayTo =
  (own: Cluster, destination: RelayDestination): OpenCommitter =>
  async (_lane, transactionalId, group) => {
    const home = await TransactionalProducer.open(own, transactionalId);
    let away: TransactionalProducer | null = null;
    try {
      away = await TransactionalProducer.open(destination.cluster, transactionalId);
      const cursors = await cursorsOf(destination, group);
      return new RelayCommitter(home, away, destination.cursorTopic, group, cursors);
    } catch (thrown) {
      await Promise.all([home.close(), away?.close()]);
      throw thrown;
    }
  };

async function cursorsOf(
  { cluster, cursorTopic }: RelayDestination,
  group: string,
): Promise<Map<string, RelayCursor>> {
  const cursors = new Map<string, RelayCursor>();
  for (const [key, text] of await readCursors(cluster, cursorTopic))
    if (key.startsWith(`${group}/`)) cursors.set(key, parseRelayCursor(text));
  return cursors;
}

class RelayCommitter implements LaneCommitter {
  readonly #home: TransactionalProducer;
  readonly #away: TransactionalProducer;
  readonly #cursorTopic: string;
  readonly #group: string;
  readonly #cursors: Map<string, RelayCursor>;

  constructor(
    home: TransactionalProducer,
    away: TransactionalProducer,
    cursorTopic: string,
    group: string,
    cursors: Map<string, RelayCursor>,
  ) {
    this.#home = home;
    this.#away = away;
    this.#cursorTopic = cursorTopic;
    this.#group = group;
    this.#cursors = cursors;
  }

  async commit(records: readonly CommittedRecord[], offsets: Offsets): Promise<void> {
    const forwarded: OutgoingMessage[] = [];
    const kept: OutgoingMessage[] = [];
    const moved = new Map<string, { next: bigint; withheld: bigint[] }>();
    for (const { messages, at } of records) {
      if (!messages) continue;
      if (!at) {
        kept.push(...messages.own);
        continue;
      }
      const key = `${this.#group}/${at.topic}/${at.partition}`;
      const cursor = this.#cursors.get(key) ?? RELAY_START;
      const isThere = isRelayed(cursor, at.offset);
      const goes = messages.forwarded.length > 0;
      const move = moved.get(key) ?? { next: cursor.next, withheld: [] };
      moved.set(key, move);
      if (at.offset >= move.next) move.next = at.offset + 1n;
      if (!isThere && !goes) move.withheld.push(at.offset);
      if (!isThere) forwarded.push(...messages.forwarded);
      // What is away already stays away, even if it would be decided otherwise now.
      if (!isThere || goes) kept.push(...messages.own);
    }
    if (forwarded.length > 0) {
      const cursors = [...moved].map(([key, cursor]) =>
        cursorMessage(this.#cursorTopic, key, formatRelayCursor(cursor)),
      );
      await this.#away.commit([...forwarded, ...cursors], null);
      for (const [key, cursor] of moved) this.#cursors.set(key, cursor);
    }
    await this.#home.commit(kept, offsets.size > 0 ? { group: this.#group, offsets } : null);
  }

  async close(): Promise<void> {
    await Promise.all([this.#home.close(), this.#away.close()]);
  }
}
