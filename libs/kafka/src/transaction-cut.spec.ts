import { describe, expect, it } from 'vitest';
import { LanePartition, type RecordTask } from './lane-partition.js';
import { cutRest, cutTransaction } from './transaction-cut.js';

function add(
  partition: LanePartition,
  offset: bigint,
  finished: boolean,
  bytes = 100,
  batchLimit = 1000,
): void {
  const at = { topic: partition.topic, partition: partition.partition, offset };
  const messages = { own: [], forwarded: [], bytes, batchLimit, outcome: 'emit' } as const;
  const task = {
    partition,
    at,
    offset,
    key: null,
    bytes,
    attempt: 1,
    finished,
    messages: finished ? messages : null,
  };
  partition.push(task as unknown as RecordTask);
}

describe('a transaction takes', () => {
  it('the finished prefix of every partition and the offsets after them', () => {
    const [a, b] = [new LanePartition('t', 0, 0n), new LanePartition('t', 1, 0n)];
    add(a, 0n, true);
    add(a, 1n, false);
    add(a, 2n, true);
    add(b, 7n, true);
    const cut = cutTransaction([a, b]);
    expect(cut?.records.map(({ offset }) => offset)).toEqual([0n, 7n]);
    expect(cut?.offsets.get('t')).toEqual(
      new Map([
        [0, 1n],
        [1, 8n],
      ]),
    );
  });
  it('nothing while the first record is out', () => {
    const a = new LanePartition('t', 0, 0n);
    add(a, 0n, false);
    add(a, 1n, true);
    expect(cutTransaction([a])).toBeNull();
  });
  it('no more than the strictest topic takes in one batch', () => {
    const a = new LanePartition('t', 0, 0n);
    for (let offset = 0n; offset < 20n; offset++) add(a, offset, true);
    expect(cutTransaction([a])?.records).toHaveLength(10);
  });
  it('one record however large', () => {
    const a = new LanePartition('t', 0, 0n);
    add(a, 0n, true, 5000, 8000);
    add(a, 1n, true, 5000, 8000);
    expect(cutTransaction([a])?.records).toHaveLength(1);
  });
  it('one record at a time on request', () => {
    const a = new LanePartition('t', 0, 0n);
    for (let offset = 0n; offset < 3n; offset++) add(a, offset, true);
    expect(cutTransaction([a], 1)?.records).toHaveLength(1);
  });
});

describe('a quiet partition is committed where it stands', () => {
  it('once, and only when nothing of it is out', () => {
    const [a, b] = [new LanePartition('t', 0, 0n), new LanePartition('t', 1, 0n)];
    expect(cutRest([a, b])).toBeNull();
    a.position = 4n;
    add(b, 0n, false);
    b.position = 5n;
    expect(cutRest([a, b])).toEqual({
      records: [],
      counts: new Map(),
      offsets: new Map([['t', new Map([[0, 4n]])]]),
    });
    a.committed = 4n;
    expect(cutRest([a, b])).toBeNull();
  });
});
