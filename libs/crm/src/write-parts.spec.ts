import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pathOf } from './crm-http.js';
import { judge } from './lost-update.js';
import { retryAfterMs } from './retry-after.js';
import { answerOf, plainFields } from './write-failure.js';

const NOW = Date.parse('2026-11-23T12:00:00Z');

describe('how long a CRM asks to be left alone', () => {
  test.each([
    [null, null],
    ['120', 120_000],
    ['1.5', 1500],
    ['Mon, 23 Nov 2026 12:00:30 GMT', 30_000],
    ['Mon, 23 Nov 2026 11:00:00 GMT', 0],
    ['999999999', 86_400_000],
    ['soon', null],
    ['-5', null],
    ['', null],
  ])('%s', (header, expected) => {
    expect(retryAfterMs(header, NOW)).toBe(expected);
  });
  test('is never negative, and never longer than a day, whatever is said', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double().map(String), fc.date().map(String)), (header) => {
        const wait = retryAfterMs(header, NOW);
        expect(wait === null || (wait >= 0 && wait <= 86_400_000)).toBe(true);
      }),
    );
  });
});

/** What means something in an address. */
const UNITS = fc.constantFrom('a', '.', '/', '\\', '%', '2e', '?', '#', '@', ':', ' ', '\n', 'ä', '\ud800');

test('a path stays below the base address, and its parts are what they were', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: UNITS }), { minLength: 1, maxLength: 5 }), (parts) => {
      const path = pathOf(...parts);
      if (path === null) return;
      const { pathname, search, hash } = new URL(`https://crm.example${path}`);
      expect([search, hash]).toEqual(['', '']);
      expect(pathname.slice(1).split('/').map(decodeURIComponent)).toEqual(parts);
    }),
  );
  for (const part of ['.', '..', '', '\ud800']) expect(pathOf('a', part)).toBeNull();
});

describe('a change that an answer knows nothing of is not written over', () => {
  const since = new Date(NOW);
  const write = { fields: { Priority: 'high', Score: 3, Note: null }, unmodifiedSince: since };
  const present = (fields: Record<string, unknown>, ms: number, own = false) => ({
    fields,
    changedAt: new Date(NOW + ms),
    own,
  });
  test('what says already what is to be written is written, whoever wrote it and when', () => {
    const same = { Priority: ' high\r\n', Score: '3', Note: '', Other: 'x' };
    expect(judge(write, present(same, 60_000))).toBe('written');
  });
  test('a later change by others is a conflict, an earlier one, one of the same second and one of ours are none', () => {
    const other = { Priority: 'low', Score: 3, Note: null };
    expect(judge(write, present(other, 1000))).toBe('conflict');
    expect(judge(write, present(other, 999))).toBe('write');
    expect(judge(write, present(other, -1))).toBe('write');
    expect(judge(write, present(other, 60_000, true))).toBe('write');
    expect(judge({ ...write, unmodifiedSince: null }, present(other, 60_000))).toBe('write');
  });
  test('a field that is not told is not taken for written', () => {
    expect(judge(write, present({ Priority: 'high', Score: 3 }, 1000))).toBe('conflict');
  });
});

test('no names but plain identifiers, and few, come out of an error', () => {
  fc.assert(
    fc.property(fc.array(fc.anything()), (given) => {
      const names = plainFields(given);
      expect(names.length).toBeLessThanOrEqual(20);
      for (const name of names) expect(name).toMatch(/^[A-Za-z][A-Za-z0-9_]*$/);
    }),
  );
});

test('every status has a meaning', () => {
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 599 }), (status) => {
      const answer = answerOf({ status, retryAfterMs: null }, { code: null, fields: [] });
      expect(answer.status).toBe(status);
    }),
  );
});
