import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_ID, base32, eventId } from './event-id.js';

describe('event id', () => {
  it('the same delivery made twice has the same id; any other has another', () => {
    const part = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(fc.tuple(part, part, part), fc.tuple(part, part, part), (a, b) => {
        expect(eventId(...a)).toMatch(EVENT_ID);
        expect(eventId(...a) === eventId(...b)).toBe(a.every((value, index) => value === b[index]));
      }),
    );
  });

  it('moving a boundary between the parts makes another id', () => {
    expect(eventId('ab', 'c', 'd')).not.toBe(eventId('a', 'bc', 'd'));
  });

  // RFC 4648 section 10, lower case and without padding.
  it.each([
    ['', ''],
    ['f', 'my'],
    ['fo', 'mzxq'],
    ['foo', 'mzxw6'],
    ['foob', 'mzxw6yq'],
    ['fooba', 'mzxw6ytb'],
    ['foobar', 'mzxw6ytboi'],
  ])('base32 of %j is %j', (text, expected) => expect(base32(Buffer.from(text))).toBe(expected));
});
