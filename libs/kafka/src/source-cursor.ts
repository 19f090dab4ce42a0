import type { Cluster } from './cluster.js';
import { readTopic } from './read-topic.js';
import type { OutgoingMessage } from './transactional-producer.js';

/**
 * Cursors of a compacted topic: the last committed value of each key. Read them only after taking over the
 * transactional id under which they are written, or a transaction of the owner before may still change them.
 */
export async function readCursors(cluster: Cluster, topic: string): Promise<ReadonlyMap<string, string>> {
  const cursors = new Map<string, string>();
  for (const { message } of await readTopic(cluster, topic)) {
    if (message.key === null) continue;
    const key = message.key.toString();
    if (message.value === null) cursors.delete(key);
    else cursors.set(key, message.value.toString());
  }
  return cursors;
}

/** The message that moves a cursor. */
export const cursorMessage = (topic: string, key: string, cursor: string): OutgoingMessage => ({
  topic,
  key,
  value: Buffer.from(cursor),
  headers: {},
});
