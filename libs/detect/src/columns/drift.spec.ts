import { describe, expect, it } from 'vitest';
import type { Span } from '../span.js';
import { DriftWatch } from './drift.js';

const EMAIL = 'a@example.com';
const whole = (entity: string): readonly Span[] => [
  { start: 0, end: EMAIL.length, entity, score: 1, recogniser: 'email', evidence: ['pattern'] },
];

describe('R2 a field that starts to hold other data', () => {
  const notes = (watch: DriftWatch, times: number, found: readonly Span[], expected: string | null = null) =>
    Array.from({ length: times }, () => watch.note('Code__c', expected, EMAIL, found)).filter(
      (entity) => entity !== null,
    );

  it('is noticed once', () => {
    const watch = new DriftWatch();
    expect(notes(watch, 30, [])).toEqual([]);
    expect(notes(watch, 500, whole('EMAIL_ADDRESS'))).toEqual(['EMAIL_ADDRESS']);
  });

  it('is noticed again after it was over', () => {
    const watch = new DriftWatch();
    notes(watch, 100, whole('EMAIL_ADDRESS'));
    notes(watch, 2000, []);
    expect(notes(watch, 400, whole('EMAIL_ADDRESS'))).toEqual(['EMAIL_ADDRESS']);
  });

  it('is not one that holds what its catalog says, nor one with a single stray value', () => {
    const watch = new DriftWatch();
    expect(notes(watch, 500, whole('EMAIL_ADDRESS'), 'EMAIL_ADDRESS')).toEqual([]);
    for (let round = 0; round < 100; round++) {
      expect(notes(watch, 19, [])).toEqual([]);
      expect(notes(watch, 1, whole('PERSON'))).toEqual([]);
    }
  });

  it('is not one in whose text something personal stands', () => {
    const watch = new DriftWatch();
    const text = `please write to ${EMAIL} again`;
    for (let n = 0; n < 100; n++)
      expect(watch.note('Code__c', null, text, whole('EMAIL_ADDRESS'))).toBeNull();
  });
});
