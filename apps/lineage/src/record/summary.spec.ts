import { Fact } from '@bailiwick/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OUTCOMES, merge, summaryOf, type LocatedFact, type Summary } from './summary.js';

const summarise = (facts: readonly LocatedFact[]): Summary => facts.map(summaryOf).reduce(merge);

let offset = 0n;
const at = (
  kind: string,
  milliseconds: number,
  rest: Parameters<typeof Fact.fromPartial>[0] = {},
): LocatedFact => ({
  fact: Fact.fromPartial({
    factId: `evt_1/${kind}/${milliseconds}`,
    eventId: 'evt_1',
    tenant: 'atlas',
    purpose: 'case-triage',
    jurisdiction: 'eu',
    kind,
    at: new Date(milliseconds),
    ...rest,
  }),
  partition: 2,
  place: offset++,
});
const allow = { outcome: 'allow', reasons: ['home-pool'], pool: 'eu-shared', toJurisdiction: 'eu' };

/** Any fact that a service of the mesh may write about one event, at one place of its partition each. */
const anyFacts = fc
  .array(
    fc.record({
      kind: fc.constantFrom(
        'received',
        'duplicate',
        'classified',
        'decided',
        'requested',
        'answered',
        'held',
        'dead-lettered',
        'written-back',
        'violation',
      ),
      service: fc.constantFrom('ingest', 'classifier', 'residency-router', 'writeback', 'lineage'),
      at: fc.integer({ min: 1, max: 9 }).map((ms) => new Date(ms)),
      reason: fc.constantFrom('', 'policy-stale', 'output-invalid'),
      decision: fc.option(
        fc.record({
          outcome: fc.constantFrom('allow', 'deny', 'hold'),
          pool: fc.constantFrom('eu-shared', 'us-shared'),
        }),
        { nil: undefined },
      ),
      model: fc.option(
        fc.record({ pool: fc.constantFrom('eu-shared', 'us-shared'), inputTokens: fc.nat(9) }),
        { nil: undefined },
      ),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((drafts) =>
    drafts.map(({ decision, model, ...draft }, index): LocatedFact => ({
      fact: Fact.fromPartial({
        ...draft,
        ...(decision && { decision }),
        ...(model && { model }),
        eventId: 'evt_1',
        factId: `evt_1/${index}`,
      }),
      partition: 0,
      place: BigInt(index),
    })),
  );

describe('any order gives the same summary', () => {
  test('facts in any order', () => {
    const shuffled = anyFacts.chain((facts) =>
      fc.tuple(fc.constant(facts), fc.shuffledSubarray(facts, { minLength: facts.length })),
    );
    fc.assert(
      fc.property(shuffled, ([facts, mixed]) => {
        expect(summarise(mixed)).toEqual(summarise(facts));
      }),
    );
  });

  test('facts in any batches', () => {
    fc.assert(
      fc.property(anyFacts, fc.nat(), (facts, cut) => {
        const split = (cut % facts.length) + 1;
        const parts = [facts.slice(0, split), facts.slice(split)].filter((part) => part.length > 0);
        expect(parts.map(summarise).reduce(merge)).toEqual(summarise(facts));
      }),
    );
  });

  test('facts that come again', () => {
    fc.assert(
      fc.property(anyFacts, fc.infiniteStream(fc.nat()), (facts, picks) => {
        const again = facts.flatMap((fact) => (Number(picks.next().value) % 2 === 0 ? [fact, fact] : [fact]));
        expect(summarise([...again, ...facts])).toEqual(summarise(facts));
      }),
    );
  });

  test('one more fact never lowers the outcome', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const ranks = facts.map((_, index) =>
          OUTCOMES.indexOf(summarise(facts.slice(0, index + 1)).standing.outcome),
        );
        expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
      }),
    );
  });
});

test('an answer counts when it is back in the CRM, not before', () => {
  const way = [
    at('received', 1),
    at('classified', 2),
    at('decided', 3, { decision: allow }),
    at('answered', 4),
  ];
  expect(summarise(way).standing.outcome).toBe('in-flight');
  const done = summarise([...way, at('written-back', 5)]);
  expect(done).toMatchObject({ standing: { outcome: 'answered', reason: '' }, receivedAt: 1, updatedAt: 5 });
});

test('what is held because it is denied counts as denied, with the deciding reason', () => {
  const decision = { outcome: 'deny', reasons: ['transfer-not-permitted', 'no-pool'] };
  const { standing } = summarise([
    at('held', 2, { reason: 'transfer-not-permitted', decision }),
    at('received', 1),
  ]);
  expect(standing).toMatchObject({ outcome: 'denied', reason: 'transfer-not-permitted' });
});

test('a duplicate changes nothing but the time', () => {
  const way = [at('received', 1), at('written-back', 5)];
  expect(summarise([...way, at('duplicate', 9)])).toEqual({ ...summarise(way), updatedAt: 9 });
});

test('a broken fact that lineage dead-lettered does not make the record a broken one', () => {
  const broken = at('dead-lettered', 3, { service: 'lineage', reason: 'record-undecodable' });
  expect(summarise([at('received', 1), broken]).standing).toMatchObject({ outcome: 'in-flight', reason: '' });
});

test('where it was answered is what the answering cell says, before what the router decided', () => {
  const decided = at('decided', 9, { decision: { ...allow, pool: 'us-shared', toJurisdiction: 'us' } });
  expect(summarise([decided]).route).toMatchObject({ pool: 'us-shared', jurisdiction: 'us' });
  const answered = at('answered', 4, { model: { pool: 'eu-shared', model: 'triage-small' } });
  expect(summarise([decided, answered])).toMatchObject({
    route: { answered: true, pool: 'eu-shared', jurisdiction: 'eu' },
    model: { name: 'triage-small' },
  });
});

test('a record that only visits this cell has no time of receipt', () => {
  expect(summarise([at('relayed', 3), at('answered', 4)]).receivedAt).toBeNull();
});
