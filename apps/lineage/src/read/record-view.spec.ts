import { Fact } from '@bailiwick/contracts';
import { describe, expect, test } from 'vitest';
import { summaryOf } from '../record/summary.js';
import { eventView, fieldsOf, stepView } from './record-view.js';

const field = (name: string, action: string, rest: object = {}): object => ({
  name,
  category: 'contact',
  sensitivity: 'Confidential',
  action,
  location: 'eu-central, sealed to subject',
  basis: 'catalog',
  ...rest,
});
const classified = Fact.fromPartial({
  kind: 'classified',
  fields: [field('ContactName', 'pseudonymise', { entities: { PERSON: 1 } }), field('IBAN', 'drop')],
});
const decided = (outcome: string): Fact =>
  Fact.fromPartial({ kind: 'decided', decision: { outcome, pool: 'us-shared', toJurisdiction: 'us' } });

describe('where a field went', () => {
  test('what was not dropped also went to the pool that was allowed', () => {
    expect(fieldsOf([classified, decided('allow')]).map(({ name, location }) => [name, location])).toEqual([
      ['ContactName', 'eu-central, sealed to subject; minimised to pool us-shared in us'],
      ['IBAN', 'eu-central, sealed to subject'],
    ]);
  });

  test('nothing went anywhere when the decision allowed nothing', () => {
    expect(fieldsOf([classified, decided('hold')])).toEqual(fieldsOf([classified]));
  });

  test('a later step moves a field and keeps its label', () => {
    const moved = Fact.fromPartial({
      kind: 'erased',
      fields: [{ name: 'ContactName', location: 'nowhere' }],
    });
    expect(fieldsOf([classified, moved])[0]).toEqual({
      name: 'ContactName',
      category: 'contact',
      sensitivity: 'Confidential',
      action: 'pseudonymise',
      location: 'nowhere',
      basis: 'catalog',
      entities: { PERSON: 1 },
    });
  });
});

test('a step shows its digest in hexadecimal, and null for what it has not', () => {
  const fact = Fact.fromPartial({ kind: 'received', at: new Date(0), digest: Buffer.from('a0ff', 'hex') });
  expect(stepView(fact)).toMatchObject({
    digest: 'a0ff',
    reason: null,
    decision: null,
    at: '1970-01-01T00:00:00.000Z',
  });
});

test('a pool that was only decided on has not answered', () => {
  const summary = summaryOf({ fact: decided('allow'), partition: 0, place: 0n });
  expect(eventView(summary, { region: 'eu-central', jurisdiction: 'eu' })).toMatchObject({
    outcome: 'in-flight',
    pool: null,
    answeredIn: null,
    receivedAt: null,
  });
});
