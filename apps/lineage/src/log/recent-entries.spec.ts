import { describe, expect, it } from 'vitest';
import { RecentEntries, type Leaf } from './recent-entries.js';

const leaf = (n: number, bytes = 8): Leaf => ({ entry: Buffer.alloc(bytes, n), hash: Buffer.alloc(32, n) });
const leaves = (first: number, count: number, bytes?: number): readonly Leaf[] =>
  Array.from({ length: count }, (_, n) => leaf(first + n, bytes));

describe('recent entries', () => {
  it('are given in their order, whichever transaction was told of first, and once', () => {
    const recent = new RecentEntries();
    recent.add(3, leaves(3, 2));
    recent.add(0, leaves(0, 3));
    expect(recent.take(0, 5, 100)).toEqual(leaves(0, 5));
    expect(recent.take(0, 5, 100)).toEqual([]);
  });

  it('are none where the next one was appended by another process, or is not durable yet', () => {
    const recent = new RecentEntries();
    recent.add(7, leaves(7, 2));
    expect(recent.take(5, 9, 100)).toEqual([]);
    expect(recent.take(7, 9, 100)).toEqual(leaves(7, 2));
  });

  it('end where the log ends that is published, though more is durable by now', () => {
    const recent = new RecentEntries();
    recent.add(0, leaves(0, 4));
    recent.add(4, leaves(4, 4));
    expect(recent.take(0, 4, 100)).toEqual(leaves(0, 4));
    expect(recent.take(4, 8, 100)).toEqual(leaves(4, 4));
  });

  it('come in pages of whole transactions', () => {
    const recent = new RecentEntries();
    for (const first of [0, 3, 6]) recent.add(first, leaves(first, 3));
    expect(recent.take(0, 9, 4)).toEqual(leaves(0, 6));
  });

  it('are bounded: the oldest are forgotten, and the database has them', () => {
    const recent = new RecentEntries();
    for (let first = 0; first < 40; first++) recent.add(first, leaves(first, 1, 1024 * 1024));
    expect(recent.take(0, 40, 100)).toEqual([]);
    expect(recent.take(24, 40, 100)).toHaveLength(16);
  });
});
