import { BailiwickError } from '@bailiwick/platform';
import { AssignerProtocol } from 'kafkajs';
import type { Cluster } from './cluster.js';
import { LazyAdmin } from './lazy-admin.js';

/** What the coordinator says about a consumer group: committed offsets and who owns what. */
export class GroupView {
  readonly #group: string;
  readonly #admin: LazyAdmin;

  constructor(cluster: Cluster, group: string) {
    this.#admin = new LazyAdmin(cluster);
    this.#group = group;
  }

  /** Throws `topic-missing` with the name of the first topic that does not exist. */
  async requireTopics(topics: readonly string[]): Promise<void> {
    const existing = new Set(await (await this.#admin.connected()).listTopics());
    const missing = topics.find((topic) => !existing.has(topic));
    if (missing !== undefined)
      throw new BailiwickError('topic-missing', `the broker has no topic ${missing}`);
  }

  /** Where to read on: the committed offset of each partition, or its beginning. */
  async committed(topic: string, partitions: readonly number[]): Promise<ReadonlyMap<number, bigint>> {
    const admin = await this.#admin.connected();
    const [fetched] = await admin.fetchOffsets({ groupId: this.#group, topics: [topic] });
    const offsets = new Map<number, bigint>();
    for (const { partition, offset } of fetched?.partitions ?? [])
      if (partitions.includes(partition) && BigInt(offset) >= 0n) offsets.set(partition, BigInt(offset));
    if (offsets.size < partitions.length)
      for (const { partition, low } of await admin.fetchTopicOffsets(topic))
        if (partitions.includes(partition) && !offsets.has(partition)) offsets.set(partition, BigInt(low));
    return offsets;
  }

  /**
   * Records of the topics that the group has not settled yet: not fewer, and somewhat more, since the markers of transactions
   * count, but for the last one of each partition.
   */
  async behind(topics: readonly string[]): Promise<number> {
    const admin = await this.#admin.connected();
    let records = 0n;
    for (const topic of topics) {
      const ends = await admin.fetchTopicOffsets(topic);
      const committed = await this.committed(
        topic,
        ends.map(({ partition }) => partition),
      );
      for (const { partition, high } of ends) {
        const open = BigInt(high) - (committed.get(partition) ?? 0n);
        if (open > 1n) records += open - 1n;
      }
    }
    return Number(records);
  }

  /** Whether the group's coordinator has the partitions assigned to the member now. */
  async owns(memberId: string, partitions: ReadonlyMap<string, readonly number[]>): Promise<boolean> {
    const { groups } = await (await this.#admin.connected()).describeGroups([this.#group]);
    const member = groups[0]?.members.find((candidate) => candidate.memberId === memberId);
    if (!member || member.memberAssignment.length === 0) return false;
    const assignment = AssignerProtocol.MemberAssignment.decode(member.memberAssignment)?.assignment ?? {};
    return [...partitions].every(([topic, numbers]) =>
      numbers.every((partition) => assignment[topic]?.includes(partition)),
    );
  }

  close(): Promise<void> {
    return this.#admin.close();
  }
}
