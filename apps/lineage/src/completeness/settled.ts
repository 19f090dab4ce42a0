import { setTimeout as sleep } from 'node:timers/promises';
import { kafkaPrefix, topicCatalogue, topicNames } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import type { TopicEnds, TopicProgress } from '@bailiwick/kafka';

/** How often it is looked whether the services have come so far, in milliseconds. */
const LOOK_MS = 1000;

/** By topic, how the groups are called whose business it is. */
export type Readers = ReadonlyMap<string, readonly string[]>;

/** Who settles topics of a cell; lineage's own groups have none with what it only looks at. */
export function readersOf(cell: CellSpec, topics: readonly string[]): Readers {
  const catalogue = topicCatalogue(cell);
  const prefixes = (topic: string): readonly string[] =>
    catalogue
      .filter(({ name }) => name === topic)
      .flatMap(({ readers }) => readers.filter(({ workload }) => workload !== 'lineage').map(kafkaPrefix));
  return new Map(topics.map((topic) => [topic, prefixes(topic)]));
}

/** Who settles facts: lineage itself. */
export const readersOfFacts = ({ region, jurisdiction }: CellSpec): Readers =>
  new Map([[topicNames(jurisdiction).fact, [kafkaPrefix({ region, workload: 'lineage' })]]]);

/** Waits until everything before these ends is settled. Rejects when the signal is aborted. */
export async function untilReached(
  progress: Pick<TopicProgress, 'reached'>,
  ends: TopicEnds,
  readers: Readers,
  signal: AbortSignal,
): Promise<void> {
  while (!(await progress.reached(ends, readers))) await sleep(LOOK_MS, undefined, { signal });
}
