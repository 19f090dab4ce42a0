import type { LanePartition, RecordTask } from './lane-partition.js';

/** Next offset to read, by topic and partition. */
export type Offsets = ReadonlyMap<string, ReadonlyMap<number, bigint>>;

/** What one transaction takes. */
export interface Cut {
  readonly records: readonly RecordTask[];
  readonly counts: ReadonlyMap<LanePartition, number>;
  readonly offsets: Offsets;
}

/** Larger transactions gain nothing and hold back the readers of their first record. */
const TRANSACTION_BYTES = 4 * 1024 * 1024;
/** kafkajs 2.2.4 sorts messages into partitions in quadratic time (groupMessagesPerPartition copies per message). */
const TRANSACTION_RECORDS = 1000;

/**
 * The finished prefixes of the partitions, as far as their messages fit into one batch of the strictest of their
 * topics; at least one record, at most `most`. Null when nothing is finished.
 */
export function cutTransaction(partitions: readonly LanePartition[], most = TRANSACTION_RECORDS): Cut | null {
  const records: RecordTask[] = [];
  const counts = new Map<LanePartition, number>();
  const offsets = new Map<string, Map<number, bigint>>();
  let room = TRANSACTION_BYTES;
  let bytes = 0;
  const take = (task: RecordTask): boolean => {
    const { messages } = task;
    if (!messages || records.length >= most) return false;
    const strictest = Math.min(room, messages.batchLimit);
    if (records.length > 0 && bytes + messages.bytes > strictest) return false;
    room = strictest;
    bytes += messages.bytes;
    records.push(task);
    return true;
  };
  for (const partition of partitions) {
    const count = partition.prefix(take).length;
    if (count === 0) continue;
    counts.set(partition, count);
    const ofTopic = offsets.get(partition.topic) ?? new Map<number, bigint>();
    offsets.set(partition.topic, ofTopic.set(partition.partition, partition.offsetAfter(count)));
  }
  return records.length === 0 ? null : { records, counts, offsets };
}

/** Where partitions of which nothing is out stand, as far as that is not committed yet; null when it is everywhere. */
export function cutRest(partitions: readonly LanePartition[]): Cut | null {
  const offsets = new Map<string, Map<number, bigint>>();
  for (const { topic, partition, position, committed, size } of partitions)
    if (size === 0 && position > committed)
      offsets.set(topic, (offsets.get(topic) ?? new Map<number, bigint>()).set(partition, position));
  return offsets.size === 0 ? null : { records: [], counts: new Map(), offsets };
}
