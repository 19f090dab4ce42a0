import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRelayCursor, isRelayed, parseRelayCursor } from './relay-cursor.js';

describe('a relay cursor', () => {
  it('reads back as it was written', () => {
    const offset = fc.bigInt(0n, 2n ** 62n);
    fc.assert(
      fc.property(offset, fc.array(offset), (next, withheld) => {
        expect(parseRelayCursor(formatRelayCursor({ next, withheld }))).toEqual({ next, withheld });
      }),
    );
  });
  it('knows what is there: all before it but what was withheld', () => {
    const cursor = { next: 5n, withheld: [3n] };
    expect([2n, 3n, 4n, 5n].map((offset) => isRelayed(cursor, offset))).toEqual([true, false, true, false]);
  });
  it.each(['', 'x', '-1', '1:', '1:2,', '1;2'])('refuses %j instead of guessing', (text) => {
    expect(() => parseRelayCursor(text)).toThrow('not a relay cursor');
  });
});
