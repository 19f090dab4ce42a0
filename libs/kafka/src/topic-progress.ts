import type { Cluster } from './cluster.js';
import { LazyAdmin } from './lazy-admin.js';

/** Ends of topics at a moment: of each partition the offset that the next record gets. */
export type TopicEnds = ReadonlyMap<string, readonly { readonly partition: number; readonly end: bigint }[]>;

/** Looks at how far whoever reads topics has come, by committed offsets alone. Needs `describe` on the topics and groups. */
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
   * True when some group of each topic, among those whose names begin with `prefixes`, has settled everything before these ends. A topic
   * that nobody reads yet is settled while it is empty.
   */
  async reached(ends: TopicEnds, prefixes: ReadonlyMap<string, readonly string[]>): Promise<boolean> {
    const admin = await this.#admin.connected();
    const { groups } = await admin.listGroups();
    const fetched = groups
      .filter(({ groupId }) =>
        [...prefixes.values()].some((named) => named.some((name) => groupId.startsWith(name))),
      )
      .map(async ({ groupId }) => ({ groupId, topics: await admin.fetchOffsets({ groupId }) }));
    const committed = await Promise.all(fetched);
    return [...ends].every(([topic, partitions]) =>
      partitions.every(({ partition, end }) => {
        const offsets = committed
          .filter(({ groupId }) => prefixes.get(topic)?.some((name) => groupId.startsWith(name)))
          .flatMap(({ topics }) => topics.filter((known) => known.topic === topic))
          .flatMap((known) => known.partitions.filter((known) => known.partition === partition))
          .map(({ offset }) => BigInt(offset));
        const furthest = offsets.reduce((most, offset) => (offset > most ? offset : most), 0n);
        // The marker of the last transaction is no record, and nobody commits behind it.
        return end - furthest <= 1n;
      }),
    );
  }

  close(): Promise<void> {
    return this.#admin.close();
  }
}
