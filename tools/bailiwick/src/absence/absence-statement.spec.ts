import { Fact, type DecisionFact } from '@bailiwick/contracts';
import { describe, expect, test } from 'vitest';
import { stateAbsence } from './absence-statement.js';
import type { ScannedLog } from './scan-log.js';

const period = {
  tenant: 'atlas',
  from: new Date('2026-11-01T00:00:00Z'),
  to: new Date('2026-11-02T00:00:00Z'),
};
const at = new Date('2026-11-01T10:00:00Z');
const allowedTo = (toJurisdiction: string, outcome = 'allow'): Partial<DecisionFact> => ({
  outcome,
  toJurisdiction,
});
const fact = (kind: string, jurisdiction: string, decision?: Partial<DecisionFact>): Fact =>
  Fact.fromPartial({
    eventId: 'evt_1',
    tenant: 'atlas',
    kind,
    jurisdiction,
    at,
    ...(decision && { decision }),
  });
const log = (facts: readonly (Fact | null)[]): ScannedLog => ({
  region: 'eu-central',
  origin: 'eu-central.example/log',
  checkpoint: 'note',
  witnesses: ['us-east.example/witness'],
  first: 10,
  end: 10 + facts.length,
  entries: facts.map((read, n) => ({
    index: 10 + n,
    loggedAt: at,
    fact: read,
    eventId: 'evt_1',
    tenant: 'atlas',
  })),
});

describe('a statement of non-transfer', () => {
  test('B3 holds where no entry of the tenant tells of the jurisdiction', () => {
    const facts = [
      fact('received', 'eu'),
      fact('decided', 'eu', allowedTo('eu')),
      fact('decided', 'eu', allowedTo('us', 'hold')),
    ];
    const statement = stateAbsence(period, 'us', [log(facts)]);
    expect(statement).toMatchObject({ absent: true, found: [] });
    expect(statement.cells).toMatchObject([{ first: 10, end: 13, entries: { received: 1, decided: 2 } }]);
    expect(statement.proves.length).toBeGreaterThan(0);
    expect(statement.doesNotProve.length).toBeGreaterThan(0);
  });

  test.each([
    ['work that was done there', fact('answered', 'us'), 'done-there'],
    ['a record that was permitted to go there', fact('decided', 'eu', allowedTo('us')), 'sent-there'],
    ['an entry that only its digest tells of', null, 'unreadable'],
  ])('does not hold over %s', (_, read, how) => {
    const { absent, found } = stateAbsence(period, 'us', [log([fact('received', 'eu'), read])]);
    expect(absent).toBe(false);
    expect(found).toMatchObject([{ index: 11, eventId: 'evt_1', how }]);
  });
});
