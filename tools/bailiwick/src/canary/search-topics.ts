import { kafkaError, readTopic, type Cluster } from '@bailiwick/kafka';
import type { Look, Searched } from './place.js';

/** Topics that are read at the same time. */
const AT_ONCE = 4;

/** Searches what was committed to every topic that the cluster's identity may read since a time: keys, headers and values. */
export async function searchTopics(
  cluster: Cluster,
  look: Look,
  since: number,
): Promise<readonly Searched[]> {
  const { region } = cluster.identity;
  const topics = await topicsOf(cluster, since);
  const searched: Searched[] = [];
  const waiting = topics.filter(({ written }) => written);
  const worker = async (): Promise<void> => {
    for (let topic = waiting.pop(); topic !== undefined; topic = waiting.pop()) {
      const records = await readTopic(cluster, topic.name, since);
      const bytes = Buffer.concat(
        records.flatMap(({ message: { key, value, headers } }) => [
          key ?? Buffer.alloc(0),
          value ?? Buffer.alloc(0),
          Buffer.from(
            Object.entries(headers ?? {})
              .map(([header, content]) => `\n${header}=${String(content)}`)
              .join(''),
          ),
        ]),
      );
      searched.push({ kind: 'topic', region, name: topic.name, bytes: bytes.length, found: look(bytes) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const quiet = topics.filter(({ written }) => !written);
  return [
    ...searched,
    ...quiet.map(({ name }) => ({ kind: 'topic' as const, region, name, bytes: 0, found: [] })),
  ];
}

/** Every topic, and whether anything was written to it since a time: most are quiet, and reading one takes a consumer. */
async function topicsOf(
  cluster: Cluster,
  since: number,
): Promise<readonly { readonly name: string; readonly written: boolean }[]> {
  const admin = cluster.admin();
  try {
    await admin.connect();
    const names = (await admin.listTopics()).filter((name) => !name.startsWith('__'));
    const topics: { name: string; written: boolean }[] = [];
    for (const name of names) {
      const starts = await admin.fetchTopicOffsetsByTimestamp(name, since);
      const ends = new Map(
        (await admin.fetchTopicOffsets(name)).map(({ partition, high }) => [partition, high]),
      );
      const written = starts.some(
        ({ partition, offset }) => BigInt(ends.get(partition) ?? 0) > BigInt(offset),
      );
      topics.push({ name, written });
    }
    return topics;
  } catch (thrown) {
    throw kafkaError(thrown, []);
  } finally {
    await admin.disconnect();
  }
}
