import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommitPrefix } from './commit-prefix.js';

const all = (): boolean => true;

describe('the finished prefix of a partition', () => {
  it('never passes a record that is still out, and commits every record once, in order', () => {
    const steps = fc.array(
      fc.oneof(fc.constant('push' as const), fc.constant('commit' as const), fc.nat(20)),
    );
    fc.assert(
      fc.property(steps, fc.bigInt(0n, 1000n), (script, start) => {
        const prefix = new CommitPrefix<{ offset: bigint; finished: boolean }>(start);
        const pushed: { offset: bigint; finished: boolean }[] = [];
        const committed: bigint[] = [];
        let offset = start;
        for (const step of script) {
          if (step === 'push') {
            // Offsets have gaps where transaction markers lie.
            offset += offset % 3n === 0n ? 2n : 1n;
            const record = { offset, finished: false };
            pushed.push(record);
            prefix.push(record);
          } else if (step === 'commit') {
            const taken = prefix.prefix(all);
            const next = prefix.offsetAfter(taken.length);
            prefix.release(taken.length);
            committed.push(...taken.map((record) => record.offset));
            const firstOut = pushed.find((record) => !record.finished);
            if (firstOut) expect(next).toBe(firstOut.offset);
          } else {
            const record = pushed[step];
            if (record) record.finished = true;
          }
        }
        const finishedRun = pushed
          .slice(
            0,
            pushed.findIndex(({ finished }) => !finished),
          )
          .map((record) => record.offset);
        expect(committed).toEqual(pushed.slice(0, committed.length).map((record) => record.offset));
        if (pushed.some(({ finished }) => !finished))
          expect(committed.length).toBeLessThanOrEqual(finishedRun.length);
        expect(prefix.size).toBe(pushed.length - committed.length);
      }),
    );
  });

  it('ends at the position when everything is done, so that transaction markers are passed too', () => {
    const prefix = new CommitPrefix<{ offset: bigint; finished: boolean }>(0n);
    prefix.push({ offset: 4n, finished: true });
    prefix.position = 6n;
    expect(prefix.offsetAfter(1)).toBe(6n);
  });
});
