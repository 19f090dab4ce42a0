import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignLanes, type LaneMember } from './lane-assigner.js';

const lanes = fc.integer({ min: 1, max: 12 });
const members = fc.uniqueArray(fc.record({ id: fc.uuid(), had: fc.uniqueArray(fc.nat(11)) }), {
  minLength: 1,
  maxLength: 6,
  selector: ({ id }) => id,
});

describe('lanes', () => {
  it('are given out whole, each to one member, evenly', () => {
    fc.assert(
      fc.property(lanes, members, (count, group) => {
        const assigned = [...assignLanes(count, group).values()];
        expect(assigned.flat().sort((a, b) => a - b)).toEqual(
          Array.from({ length: count }, (_, lane) => lane),
        );
        const sizes = assigned.map(({ length }) => length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('are given out the same whatever the order in which members are named', () => {
    fc.assert(
      fc.property(lanes, members, (count, group) => {
        expect(Object.fromEntries(assignLanes(count, group.toReversed()))).toEqual(
          Object.fromEntries(assignLanes(count, group)),
        );
      }),
    );
  });

  it('stay with their members when nothing changes, and as far as shares allow when a member comes', () => {
    const before = assignLanes(6, [
      { id: 'a', had: [] },
      { id: 'b', had: [] },
    ]);
    const had = (id: string): LaneMember => ({ id, had: before.get(id) ?? [] });
    expect(assignLanes(6, [had('a'), had('b')])).toEqual(before);
    const after = assignLanes(6, [had('a'), had('b'), { id: 'c', had: [] }]);
    for (const id of ['a', 'b'])
      expect(before.get(id)).toEqual(expect.arrayContaining([...(after.get(id) ?? [])]));
  });
});
