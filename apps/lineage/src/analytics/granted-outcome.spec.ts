import { randomBytes } from 'node:crypto';
import { EVENT_ID, eventId } from '@bailiwick/domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnalyticsOutcome } from './analytics-outcome.js';
import { grantedOutcome } from './granted-outcome.js';

const key = (): { key: string } => ({ key: randomBytes(32).toString('base64url') });
const outcome = (change: Partial<AnalyticsOutcome> = {}): AnalyticsOutcome =>
  AnalyticsOutcome.parse({
    eventId: eventId('atlas', 'spec', '1'),
    subject: 'subject-1',
    tenant: 'atlas',
    purpose: 'case-triage',
    object: 'Case',
    region: 'eu-central',
    jurisdiction: 'eu',
    outcome: 'answered',
    reason: null,
    decision: null,
    fields: null,
    answeredIn: 'eu',
    pool: 'eu-shared',
    model: 'triage-small',
    tokens: { input: 40, output: 12 },
    cost: null,
    modelDurationMs: 18.523,
    stepsMs: { classified: 3, decided: null, answered: 20.4, writtenBack: 1 },
    facets: {},
    receivedAt: '2026-11-01T10:00:00.123Z',
    finishedAt: '2026-11-01T10:00:01.987Z',
    durationMs: 1864,
    ...change,
  });
const name = fc.string({ minLength: 1, maxLength: 30 });

test('the same record is the same to one consumer, so that rows of one grant can be counted and joined', () => {
  const grant = key();
  const [first, again] = [outcome(), outcome({ outcome: 'held', eventId: eventId('atlas', 'spec', '2') })];
  expect(grantedOutcome(first, grant).subject).toBe(grantedOutcome(again, grant).subject);
  expect(grantedOutcome(first, grant).eventId).not.toBe(grantedOutcome(again, grant).eventId);
  expect(grantedOutcome(first, grant).eventId).toMatch(EVENT_ID);
});

test('two grants have no event id and no pseudonym in common, for any record', () => {
  const [one, other] = [key(), key()];
  fc.assert(
    fc.property(fc.array(fc.record({ eventId: name, subject: name }), { maxLength: 20 }), (records) => {
      const seen = (grant: { key: string }): string[] =>
        records.flatMap((record) => {
          const message = grantedOutcome(outcome(record), grant);
          return [message.eventId, message.subject];
        });
      const ofOne = new Set(seen(one));
      expect(seen(other).filter((id) => ofOne.has(id))).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

test('different records never get one pseudonym by moving a boundary between tenant and record', () => {
  const grant = key();
  const of = (tenant: string, subject: string): string =>
    grantedOutcome(outcome({ tenant, subject }), grant).subject;
  expect(of('atlas', 's1')).not.toBe(of('atlass', '1'));
  expect(of('a', '\n1:b')).not.toBe(of('a\n1:b', ''));
});

test('nothing of the record’s own names is left, and times are no finer than a second', () => {
  const message = grantedOutcome(outcome(), key());
  const text = JSON.stringify(message);
  expect(text).not.toContain('subject-1');
  expect(text).not.toContain(outcome().eventId);
  expect(message).toMatchObject({
    modelDurationMs: 19,
    stepsMs: { classified: 3, decided: null, answered: 20, writtenBack: 1 },
    receivedAt: '2026-11-01T10:00:00.000Z',
    finishedAt: '2026-11-01T10:00:01.000Z',
  });
});
