import { describe, expect, it } from 'vitest';
import { detect } from '../detect.js';

const found = (text: string): string[] =>
  detect(text, { entities: ['CREDIT_CARD'] }).map(({ start, end }) => text.slice(start, end));

describe('card numbers', () => {
  // Numbers that the networks and payment services publish for tests.
  it.each([
    'card [4111 1111 1111 1111] declined',
    '[5555-5555-5555-4444]',
    'amex [378282246310005]',
    '[3782 822463 10005]',
    '[6011111111111117]',
    '[3056 9309 0259 04]',
    '[30569309025904]',
    '[3530111333300000]',
    '[2223003122003222]',
    '[6200000000000005]',
    '[4222222222222]',
    'Karte [4000 0000 0000 0000 006]',
    'maestro [676770000005]',
    '[6759649826438453]',
    'case 47 [4111111111111111] 123',
    'paid with [4111111111111111].',
    'order 4711, card [4111111111111111]',
    'card [4000 0000 0000 0002] 006,50 EUR',
  ])('are found in "%s"', (marked) => {
    expect(found(marked.replaceAll(/[[\]]/g, ''))).toEqual([/\[(.*)\]/.exec(marked)?.[1]]);
  });

  it.each([
    'card 4111 1111 1111 1112',
    'order number 4222222222222',
    'tracking no. 6011111111111117',
    'serial 4111111111111111',
    'INV-30569309025904',
    'amount 4111111111111111.50',
    '2026112312304500',
    '1732320000000',
    '00340434161094042557',
    '12 34 56 78 90 12 34 56',
  ])('leave "%s" alone', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('are surest after a word that says so', () => {
    expect(detect('visa 4111111111111111')[0]).toMatchObject({
      score: 1,
      evidence: ['check-digit', 'context'],
    });
    expect(detect('4111111111111111')[0]).toMatchObject({ score: 0.85, evidence: ['check-digit'] });
  });
});
