import type { Cluster } from './cluster.js';
import { LazyAdmin } from './lazy-admin.js';

/**
 * Ends of topics at a moment, by partition: the offset behind everything that a reader of committed records may see. A transaction that is
 * committed, and whose marker this partition has not got yet, lies behind its end.
 */
export type TopicEnds = ReadonlyMap<string, readonly { readonly partition: number; readonly end: bigint }[]>;

/** Partitions of topics. */
export type TopicPartitions = ReadonlyMap<string, ReadonlySet<number>>;

/**
 * Looks at how far whoever reads topics has come, by committed offsets alone. Needs `describe` on the topics and groups. A stage commits
 * behind everything that it has passed, markers and aborted records too, so what is settled is exact, shortly after the last record.
 */
export class TopicProgress {
  readonly #admin: LazyAdmin;

  constructor(cluster: Cluster) {
    this.#admin = new LazyAdmin(cluster);
  }

  /** Where topics end now. */
  async ends(topics: readonly string[]): Promise<TopicEnds> {
    const admin = await this.#admin.connected();
    const entries = topics.map(async (topic) => {
      const offsets = await admin.fetchTopicOffsets(topic);
      return [topic, offsets.map(({ partition, high }) => ({ partition, end: BigInt(high) }))] as const;
    });
    return new Map(await Promise.all(entries));
  }

  /**
   * Partitions of which some group, among those whose names begin with the topic's `prefixes`, has settled everything before these ends. One
   * that nobody reads yet is settled while it is empty.
   */
  async settled(ends: TopicEnds, prefixes: ReadonlyMap<string, readonly string[]>): Promise<TopicPartitions> {
    const admin = await this.#admin.connected();
    const { groups } = await admin.listGroups();
    const fetched = groups
      .filter(({ groupId }) =>
        [...prefixes.values()].some((named) => named.some((name) => groupId.startsWith(name))),
      )
      .map(async ({ groupId }) => ({ groupId, topics: await admin.fetchOffsets({ groupId }) }));
    const committed = await Promise.all(fetched);
    const furthest = (topic: string, partition: number): bigint =>
      committed
        .filter(({ groupId }) => prefixes.get(topic)?.some((name) => groupId.startsWith(name)))
        .flatMap(({ topics }) => topics.filter((known) => known.topic === topic))
        .flatMap((known) => known.partitions.filter((known) => known.partition === partition))
        .map(({ offset }) => BigInt(offset))
        .reduce((most, offset) => (offset > most ? offset : most), 0n);
    return new Map(
      [...ends].map(([topic, partitions]) => {
        const settled = partitions.filter(({ partition, end }) => furthest(topic, partition) >= end);
        return [topic, new Set(settled.map(({ partition }) => partition))];
      }),
    );
  }

  /** True when everything before these ends is settled. */
  async reached(ends: TopicEnds, prefixes: ReadonlyMap<string, readonly string[]>): Promise<boolean> {
    const settled = await this.settled(ends, prefixes);
    return [...ends].every(([topic, partitions]) =>
      partitions.every(({ partition }) => settled.get(topic)?.has(partition)),
    );
  }

  close(): Promise<void> {
    return this.#admin.close();
  }
}
