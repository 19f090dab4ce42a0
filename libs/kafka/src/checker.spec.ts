import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FLAWLESS, judge, type SeenRecord, type SentRecord } from './checker.js';

const sent = (count: number): SentRecord[] =>
  Array.from({ length: count }, (_, n) => ({ id: `r${n}`, key: 'k', sequence: n, outcome: 'acknowledged' }));
const seen = (ids: readonly string[]): SeenRecord[] =>
  ids.map((id, index) => ({ id, topic: 't', partition: 0, offset: BigInt(index) }));

describe('the checker', () => {
  it('finds nothing wrong with a history in which nothing is, whatever the order of the polls', () => {
    const shuffled = fc.shuffledSubarray(seen(['r0', 'r1', 'r2', 'r3']), { minLength: 4 });
    fc.assert(
      fc.property(shuffled, (polls) => {
        expect(judge(sent(4), polls)).toEqual(FLAWLESS);
      }),
    );
  });
  it('finds a lost record', () => {
    expect(judge(sent(3), seen(['r0', 'r2']))).toEqual({ ...FLAWLESS, lost: ['r1'] });
  });
  it('tells a record that nobody has read past yet from a lost one', () => {
    expect(judge(sent(3), seen(['r0', 'r1']))).toEqual({ ...FLAWLESS, unseen: ['r2'] });
  });
  it('finds a record that failed for certain and is there', () => {
    const [first, second] = sent(2);
    expect(judge([first!, { ...second!, outcome: 'failed' }], seen(['r0', 'r1']))).toEqual({
      ...FLAWLESS,
      aborted: ['r1'],
    });
  });
  it('finds a record that nobody sent', () => {
    expect(judge(sent(1), seen(['r0', 'ghost']))).toEqual({ ...FLAWLESS, aborted: ['ghost'] });
  });
  it('finds a record that is there twice', () => {
    expect(judge(sent(2), seen(['r0', 'r1', 'r0']))).toEqual({ ...FLAWLESS, duplicated: ['r0'] });
  });
  it('does not count the same place read twice as a duplicate', () => {
    expect(judge(sent(1), [...seen(['r0']), ...seen(['r0'])])).toEqual(FLAWLESS);
  });
  it('finds a record that overtook another of its key', () => {
    expect(judge(sent(3), seen(['r0', 'r2', 'r1']))).toEqual({ ...FLAWLESS, reordered: ['r1'] });
  });
  it('finds a key that is spread over partitions', () => {
    const [first, second] = seen(['r0', 'r1']);
    expect(judge(sent(2), [first!, { ...second!, partition: 1 }])).toEqual({
      ...FLAWLESS,
      reordered: ['r1'],
    });
  });
  it('leaves an unknown outcome unknown', () => {
    const unknown: SentRecord[] = sent(2).map((record) => ({ ...record, outcome: 'unknown' }));
    expect(judge(unknown, seen(['r1']))).toEqual(FLAWLESS);
    expect(judge(unknown, seen(['r0', 'r0']))).toEqual({ ...FLAWLESS, duplicated: ['r0'] });
  });
});
