import { laneOf } from './lane-assigner.js';
import type { LanePartition } from './lane-partition.js';

/** Partitions of a lane, by topic. */
export type LanePartitions = ReadonlyMap<string, readonly number[]>;

/** As the client pauses, resumes and seeks them. */
export const pausable = (partitions: LanePartitions): { topic: string; partitions: number[] }[] =>
  [...partitions].map(([topic, numbers]) => ({ topic, partitions: [...numbers] }));

/** The lanes in what the group gave to a member; all partitions of a lane are given together. */
export function lanesOf(
  assignment: Readonly<Record<string, readonly number[]>>,
  lanes: number,
): Map<number, LanePartitions> {
  const given = new Map<number, Map<string, number[]>>();
  for (const [topic, partitions] of Object.entries(assignment))
    for (const partition of partitions) {
      const index = laneOf(partition, lanes);
      const topics = given.get(index) ?? new Map<string, number[]>();
      topics.set(topic, [...(topics.get(topic) ?? []), partition]);
      given.set(index, topics);
    }
  return given;
}

/** True when a lane holds exactly the partitions that it is given now. */
export function samePartitions(held: readonly LanePartition[], given: LanePartitions | undefined): boolean {
  if (!given) return false;
  const total = [...given.values()].reduce((sum, { length }) => sum + length, 0);
  return total === held.length && held.every(({ topic, partition }) => given.get(topic)?.includes(partition));
}
