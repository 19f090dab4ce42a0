import { join } from 'node:path';
import { Fact } from '@bailiwick/contracts';
import { expect, test } from 'vitest';
import { merge, summaryOf, type Summary } from '../record/summary.js';
import { OUTCOME_EVENT, analyticsOutcome, outcomeSchema } from './analytics-outcome.js';

const SCHEMA = join(import.meta.dirname, '../../../../infra/contracts/analytics-outcome.v1.schema.json');
const CELL = { region: 'eu-central', jurisdiction: 'eu' };

/** Summary of facts of these kinds, ten milliseconds apart. */
const summary = (...facts: readonly Parameters<typeof Fact.fromPartial>[0][]): Summary =>
  facts
    .map((fact, index) =>
      summaryOf({
        fact: Fact.fromPartial({ eventId: 'evt_1', tenant: 'atlas', at: new Date(index * 10), ...fact }),
        partition: 0,
        place: BigInt(index),
      }),
    )
    .reduce(merge);

test('the published schema is that of the messages (vitest -u writes it)', async () => {
  await expect(`${JSON.stringify(outcomeSchema(), null, 2)}\n`).toMatchFileSnapshot(SCHEMA);
});

test('a message is JSON that the contract takes, and reads back as it was', () => {
  const message = analyticsOutcome(
    summary(
      { kind: 'received' },
      { kind: 'answered', jurisdiction: 'eu', model: { pool: 'eu-shared', facets: { category: 'billing' } } },
      { kind: 'written-back' },
    ),
    CELL,
  );
  expect(OUTCOME_EVENT.decode(OUTCOME_EVENT.encode(message))).toEqual(message);
  expect(message).toMatchObject({ outcome: 'answered', answeredIn: 'eu', pool: 'eu-shared', durationMs: 20 });
});

test('a message counts labels and findings, times each step and prices the call, in numbers only', () => {
  const fields = [
    { name: 'Subject', category: 'free-text', action: 'keep', entities: { PERSON: 2 } },
    { name: 'Email', category: 'contact', action: 'drop' },
    { name: 'Phone', category: 'contact', action: 'drop' },
  ];
  const way = summary(
    { kind: 'received' },
    { kind: 'classified', fields },
    { kind: 'decided', decision: { outcome: 'allow', reasons: ['home-pool'], transferBasis: 'none-needed' } },
    {
      kind: 'answered',
      model: { pool: 'eu-shared', model: 'triage-small', inputTokens: 400, outputTokens: 12 },
    },
    { kind: 'written-back' },
  );
  const prices = { 'triage-small': { currency: 'EUR', inputPerMillion: 0.2, outputPerMillion: 0.6 } };
  const message = analyticsOutcome(way, CELL, prices);
  expect(message).toMatchObject({
    decision: { outcome: 'allow', reason: 'home-pool', transferBasis: 'none-needed' },
    fields: {
      actions: { keep: 1, drop: 2 },
      categories: { 'free-text': 1, contact: 2 },
      entities: { PERSON: 2 },
    },
    stepsMs: { classified: 10, decided: 10, answered: 10, writtenBack: 10 },
    cost: { amount: 0.0000872, currency: 'EUR' },
  });
  expect(JSON.stringify(message)).not.toContain('Email');
  expect(analyticsOutcome(way, CELL).cost).toBeNull();
});

test('what was held has a reason and no place where it was answered', () => {
  const decision = { outcome: 'allow', pool: 'eu-shared', toJurisdiction: 'eu' };
  const held = summary(
    { kind: 'received' },
    { kind: 'decided', decision },
    { kind: 'held', reason: 'receipt-missing' },
  );
  expect(analyticsOutcome(held, CELL)).toMatchObject({
    outcome: 'held',
    reason: 'receipt-missing',
    answeredIn: null,
    pool: null,
    tokens: null,
    facets: {},
  });
});

test('a record that came in through another cell has no duration here', () => {
  const visiting = summary({ kind: 'relayed' }, { kind: 'dead-lettered', reason: 'record-undecodable' });
  expect(analyticsOutcome(visiting, CELL)).toMatchObject({ receivedAt: null, durationMs: null });
});

test('an event in flight has no outcome to publish', () => {
  expect(() => analyticsOutcome(summary({ kind: 'received' }), CELL)).toThrow('in flight');
});
