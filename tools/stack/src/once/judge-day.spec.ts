import { expect, test } from 'vitest';
import type { SentEvent } from '../sample-crm/play-day.js';
import type { EventRow } from '../view/cell-events.js';
import { isOver, judgeDay, summariseDay } from './judge-day.js';

const sent = (eventId: string, more: Partial<SentEvent> = {}): SentEvent => ({
  eventId,
  tenant: 'atlas',
  purpose: 'case-triage',
  region: 'eu-central',
  expected: 'answered',
  delivery: 'accepted',
  ...more,
});
const row = (
  eventId: string,
  outcome: EventRow['outcome'],
  reason: string | null = null,
): [string, EventRow] => [
  eventId,
  {
    eventId,
    outcome,
    reason,
    tenant: 'atlas',
    purpose: 'case-triage',
    answeredIn: null,
    pool: null,
    receivedAt: null,
    updatedAt: '2026-01-01T00:00:00.000Z',
  },
];

test('a day in which everything ended as it must is as expected', () => {
  const events = [
    sent('a'),
    sent('b', { expected: 'held' }),
    sent('c', { expected: 'refused', delivery: 'not-acknowledged' }),
  ];
  const day = { total: 3, events, done: true };
  const verdicts = judgeDay(
    day,
    new Map([row('a', 'answered'), row('b', 'denied', 'transfer-not-permitted')]),
  );
  expect(verdicts.map(({ asExpected }) => asExpected)).toEqual([true, true, true]);
  expect(isOver(day, verdicts)).toBe(true);
  expect(summariseDay(day, verdicts).at(-1)).toBe('every record ended as expected');
});

test('a record that ends otherwise is named with its reason', () => {
  const day = { total: 3, events: [sent('a'), sent('b'), sent('c', { expected: 'refused' })], done: true };
  const verdicts = judgeDay(
    day,
    new Map([row('a', 'held', 'no-pool'), row('b', 'dead-lettered'), row('c', 'answered')]),
  );
  const summary = summariseDay(day, verdicts).join('\n');
  expect(summary).toContain('NOT AS EXPECTED  a of atlas for case-triage: held (no-pool), expected answered');
  expect(summary).toContain('3 records did not end as expected');
});

test('the day is not over while a record is on its way, not yet known, or not sent', () => {
  const day = { total: 1, events: [sent('a')], done: true };
  expect(isOver(day, judgeDay(day, new Map()))).toBe(false);
  expect(isOver(day, judgeDay(day, new Map([row('a', 'in-flight')])))).toBe(false);
  expect(isOver({ ...day, done: false }, judgeDay(day, new Map([row('a', 'answered')])))).toBe(false);
  expect(isOver(day, judgeDay(day, new Map([row('a', 'answered')])))).toBe(true);
});

test('a record that was never sent is not as expected', () => {
  const day = { total: 2, events: [sent('a')], done: true };
  const verdicts = judgeDay(day, new Map([row('a', 'answered')]));
  expect(summariseDay(day, verdicts).at(-1)).toBe('1 records did not end as expected');
});
