import { AssignerProtocol, type PartitionAssigner } from 'kafkajs';

/** A member of a stage's consumer group and the lanes that it had before. */
export interface LaneMember {
  readonly id: string;
  readonly had: readonly number[];
}

/** Lane of a partition: the same for every topic of a stage. */
export const laneOf = (partition: number, lanes: number): number => partition % lanes;

/**
 * Spreads whole lanes evenly over members. Deterministic; a member keeps the lanes it had as far as its share
 * allows, so a rebalance moves few of them.
 */
export function assignLanes(
  lanes: number,
  members: readonly LaneMember[],
): ReadonlyMap<string, readonly number[]> {
  const sorted = [...members].sort((a, b) => b.had.length - a.had.length || (a.id < b.id ? -1 : 1));
  const share = new Map<string, number>();
  sorted.forEach(({ id }, index) =>
    share.set(id, Math.floor(lanes / sorted.length) + (index < lanes % sorted.length ? 1 : 0)),
  );
  const assigned = new Map<string, number[]>(sorted.map(({ id }) => [id, []]));
  const free = new Set(Array.from({ length: lanes }, (_, lane) => lane));
  for (const { id, had } of sorted)
    for (const lane of had)
      if (free.has(lane) && (assigned.get(id)?.length ?? 0) < (share.get(id) ?? 0)) {
        free.delete(lane);
        assigned.get(id)?.push(lane);
      }
  for (const { id } of sorted)
    for (const lane of free) {
      if ((assigned.get(id)?.length ?? 0) >= (share.get(id) ?? 0)) break;
      free.delete(lane);
      assigned.get(id)?.push(lane);
    }
  return assigned;
}

const encodeLanes = (lanes: Iterable<number>): Buffer => Buffer.from([...lanes].join(','));
const decodeLanes = (bytes: Buffer): readonly number[] =>
  bytes.length === 0 ? [] : bytes.toString().split(',').map(Number).filter(Number.isInteger);

/** kafkajs partition assigner that gives out whole lanes. `had` tells the lanes this member has now. */
export const laneAssigner =
  (lanes: number, had: () => Iterable<number>): PartitionAssigner =>
  ({ cluster }) => ({
    name: `bailiwick-lanes-${lanes}`,
    version: 1,
    protocol: ({ topics }) => ({
      name: `bailiwick-lanes-${lanes}`,
      metadata: AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData: encodeLanes(had()) }),
    }),
    assign: async ({ members, topics }) => {
      const known = members.map(({ memberId, memberMetadata }) => ({
        id: memberId,
        had: decodeLanes(AssignerProtocol.MemberMetadata.decode(memberMetadata)?.userData ?? Buffer.alloc(0)),
      }));
      return [...assignLanes(lanes, known)].map(([memberId, mine]) => {
        const assignment: Record<string, number[]> = {};
        for (const topic of topics)
          assignment[topic] = cluster
            .findTopicPartitionMetadata(topic)
            .map(({ partitionId }) => partitionId)
            .filter((partition) => mine.includes(laneOf(partition, lanes)));
        return {
          memberId,
          memberAssignment: AssignerProtocol.MemberAssignment.encode({
            version: 1,
            assignment,
            userData: Buffer.alloc(0),
          }),
        };
      });
    },
  });
