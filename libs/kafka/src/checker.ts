/** A record that a test sent, with what is known about it. */
export interface SentRecord {
  readonly id: string;
  /** Records of one key must arrive in the order of `sequence`. */
  readonly key: string;
  readonly sequence: number;
  /** `unknown` when the answer was lost: it may be there or not, once. */
  readonly outcome: 'acknowledged' | 'failed' | 'unknown';
}

/** A record that a test read, in the order in which its partition has it. */
export interface SeenRecord {
  readonly id: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** What is wrong with a history, by ids; all empty when nothing is. */
export interface Verdict {
  /** Acknowledged, not there, although a later one of the same key is. */
  readonly lost: readonly string[];
  /** Acknowledged, not there, and nothing after it of the same key either: perhaps only not read yet. */
  readonly unseen: readonly string[];
  /** Failed for certain or never sent, and yet there. */
  readonly aborted: readonly string[];
  /** There more than once. */
  readonly duplicated: readonly string[];
  /** There after a later one of the same key, or in another partition than its key. */
  readonly reordered: readonly string[];
}

/**
 * Judges a history as Jepsen's Kafka checker does: only what is certain is held against the system, an unknown outcome
 * stays unknown. https://github.com/jepsen-io/redpanda/blob/main/doc/kafka.md
 */
export function judge(sent: readonly SentRecord[], seen: readonly SeenRecord[]): Verdict {
  const known = new Map(sent.map((record) => [record.id, record]));
  const counts = new Map<string, number>();
  const latest = new Map<string, number>();
  const partitionOf = new Map<string, string>();
  const aborted: string[] = [];
  const reordered = new Set<string>();
  for (const { id, topic, partition } of inOrder(seen)) {
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    const record = known.get(id);
    if (!record || record.outcome === 'failed') {
      if (count === 1) aborted.push(id);
      continue;
    }
    const place = `${topic}/${partition}`;
    if ((partitionOf.get(record.key) ?? place) !== place) reordered.add(id);
    partitionOf.set(record.key, place);
    const before = latest.get(record.key) ?? Number.NEGATIVE_INFINITY;
    if (count === 1 && record.sequence < before) reordered.add(id);
    latest.set(record.key, Math.max(before, record.sequence));
  }
  const missing = sent.filter(({ id, outcome }) => outcome === 'acknowledged' && !counts.has(id));
  const isPassed = ({ key, sequence }: SentRecord): boolean =>
    (latest.get(key) ?? Number.NEGATIVE_INFINITY) > sequence;
  return {
    lost: missing.filter(isPassed).map(({ id }) => id),
    unseen: missing.filter((record) => !isPassed(record)).map(({ id }) => id),
    aborted,
    duplicated: [...counts].filter(([, count]) => count > 1).map(([id]) => id),
    reordered: [...reordered],
  };
}

/** The verdict on a history in which nothing is wrong. */
export const FLAWLESS: Verdict = { lost: [], unseen: [], aborted: [], duplicated: [], reordered: [] };

/** Reads of several polls may come mixed; within a partition the offset is the order, and one offset is one record. */
function inOrder(seen: readonly SeenRecord[]): readonly SeenRecord[] {
  const byPlace = new Map<string, SeenRecord>();
  for (const record of seen)
    byPlace.set(`${record.topic}/${record.partition}/${record.offset}/${record.id}`, record);
  return [...byPlace.values()].sort((a, b) =>
    a.topic !== b.topic
      ? a.topic < b.topic
        ? -1
        : 1
      : a.partition !== b.partition
        ? a.partition - b.partition
        : a.offset < b.offset
          ? -1
          : 1,
  );
}
