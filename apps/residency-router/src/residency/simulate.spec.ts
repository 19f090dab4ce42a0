import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EU, controlState, routerOf } from '../route/router.test-kit.js';
import { simulate } from './simulate.js';

const { decisions } = routerOf(EU);
const never = new AbortController().signal;
const record = (eventId: string, more: object = {}) => ({
  eventId,
  question: {
    tenant: 'atlas',
    purpose: 'triage',
    highestSensitivity: 'Internal',
    categories: ['free-text'],
    ...more,
  },
});
const forbid = (id: string, condition: string): string =>
  `@id("${id}") @sentence("It is forbidden.") @source("Contract 3") forbid (principal, action, resource) ${condition};`;

describe('a simulation', () => {
  it('names the records that come out otherwise, with both decisions and the policies behind them', async () => {
    const text =
      forbid('no-health', 'when { context.record.categories.contains(Category::"health") }') +
      forbid('no-us', 'when { resource in Jurisdiction::"us" }');
    const questions = [
      record('evt_1'),
      record('evt_2', { categories: ['health'] }),
      record('evt_3', { purpose: 'digest' }),
      record('evt_4', { categories: ['health'], highestSensitivity: 'Secret' }),
    ];
    const { problems, decided, changed } = await simulate(
      { tenant: 'atlas', text, questions },
      decisions,
      never,
    );
    expect(problems).toEqual([]);
    expect(decided).toBe(4);
    expect(
      changed.map(({ eventId, before, after, policies }) => [
        eventId,
        before.decision.reasons[0],
        after.decision.reasons[0],
        policies,
      ]),
    ).toEqual([
      ['evt_2', 'home-pool', 'tenant-policy', ['no-health', 'no-us']],
      ['evt_3', 'transfer-permitted', 'tenant-policy', ['no-us']],
    ]);
    const [first] = changed;
    expect(first?.after.policyDigest).not.toBe(first?.before.policyDigest);
  });

  it('decides nothing with a candidate that could not be published', async () => {
    const text = forbid('widens', '').replace('forbid (', 'permit (');
    const result = await simulate({ tenant: 'atlas', text, questions: [record('evt_1')] }, decisions, never);
    expect(result).toMatchObject({ problems: [{ code: 'not-a-forbid', id: 'widens', line: 1 }], decided: 0 });
  });

  it('ends early for a caller who is gone', async () => {
    const questions = Array.from({ length: 100 }, (_, index) => record(`evt_${index}`));
    const { decided } = await simulate(
      { tenant: 'atlas', text: '', questions },
      decisions,
      AbortSignal.abort(),
    );
    expect(decided).toBe(0);
  });
});

describe('the decision maker', () => {
  it('gives the same decision with and without its way, for any record', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('Public', 'Internal', 'Confidential', 'Secret'),
        fc.constantFrom('triage', 'digest', 'none'),
        fc.subarray(['contact', 'free-text', 'shoe-size']),
        fc.option(fc.constantFrom('eu', 'us', 'uk'), { nil: undefined }),
        fc.uuid(),
        (highestSensitivity, purpose, categories, subject, eventId) => {
          const question = {
            tenant: 'atlas',
            purpose,
            highestSensitivity,
            categories,
            eventId,
            ...(subject === undefined ? {} : { subjectJurisdiction: subject }),
          };
          expect(decisions.answer(question).decision).toEqual(decisions.explain(question).decision);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('holds what a policy of the tenant forbids, and names that policy by its digest', () => {
    const control = controlState();
    const policy = { tenant: 'atlas', version: 1, text: forbid('nothing', '') };
    const { decisions: forbidden } = routerOf(EU, {
      ...control,
      get: (kind, id) => (kind === 'policy' ? (policy as never) : control.get(kind, id)),
    });
    const { question } = record('evt_1');
    const answer = forbidden.answer(question);
    expect(answer.decision).toMatchObject({ outcome: 'hold', reasons: ['tenant-policy'] });
    expect(answer.policyDigest).not.toBe(decisions.answer(question).policyDigest);
    expect(forbidden.explain(question).steps.map(({ rule }) => rule)).toContain('tenant:nothing');
  });
});
