import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sample } from './sample.js';
import { joined, qualityOf, scoreOf, scoredAs, type Found } from './score.js';

const TEXT = 'Anna Roth, Hauptstr. 5, 10115 Berlin, order SO-2026-000001, 030 90182013';
const mark = (value: string, kind: string) => {
  const start = TEXT.indexOf(value);
  return { start, end: start + value.length, kind };
};
const SAMPLE: Sample = {
  language: 'de',
  country: 'DE',
  kind: 'note',
  text: TEXT,
  truth: [
    mark('Anna Roth', 'PERSON'),
    mark('Hauptstr. 5, 10115 Berlin', 'LOCATION'),
    mark('030 90182013', 'PHONE_NUMBER'),
  ],
  traps: [mark('SO-2026-000001', 'order')],
};
const guess = (value: string, entity: string): Found => {
  const { start, end } = mark(value, entity);
  return { start, end, entity };
};
const PERFECT = [
  guess('Anna Roth', 'PERSON'),
  guess('Hauptstr. 5, 10115 Berlin', 'LOCATION'),
  guess('030 90182013', 'PHONE_NUMBER'),
];
const scores = (...guesses: readonly Found[]) => {
  const report = scoreOf([SAMPLE], () => guesses);
  return { ...report, of: (entity: string) => report.scores.find((score) => score.entity === entity)! };
};

describe('the scorer', () => {
  it('gives a perfect detector 1 everywhere, and no trap flagged', () => {
    const report = scores(...PERFECT);
    for (const { overlap, exact, worstLanguage, worstKind } of report.scores)
      expect([overlap.f1, overlap.f2, exact.f1, worstLanguage.f1, worstKind.f1]).toEqual([1, 1, 1, 1, 1]);
    expect(report).toMatchObject({ flagged: 0, traps: 1, truths: 3 });
  });

  it('counts what was missed against recall, and F2 more than F1', () => {
    const two: Sample = { ...SAMPLE, truth: [...SAMPLE.truth] };
    const { scores: of } = scoreOf([SAMPLE, two], (sample) => (sample === two ? [] : PERFECT));
    for (const { overlap } of of) {
      expect(overlap).toMatchObject({ precision: 1, recall: 0.5 });
      expect(overlap.f1).toBeCloseTo(2 / 3);
      expect(overlap.f2).toBeCloseTo(5 / 9);
    }
  });

  it('counts what is not there against precision, and a touched trap by its kind', () => {
    const report = scores(...PERFECT, guess('SO-2026-000001', 'PHONE_NUMBER'));
    expect(report.of('PHONE_NUMBER').overlap).toMatchObject({ precision: 0.5, recall: 1 });
    expect(report.flagged).toBe(1);
    expect(report.flaggedBy).toEqual({ order: { share: 1, entities: { PHONE_NUMBER: 1 } } });
  });

  it('takes a part for found by overlap and not exactly', () => {
    const score = scores(guess('Roth', 'PERSON')).of('PERSON');
    expect(score.overlap.f1).toBe(1);
    expect(score.exact.f1).toBe(0);
  });

  it('takes a right place under a wrong name for missed and wrong', () => {
    const report = scores(guess('Anna Roth', 'LOCATION'), ...PERFECT.slice(1));
    expect(report.of('PERSON').overlap).toMatchObject({ recall: 0 });
    expect(report.of('LOCATION').overlap.precision).toBe(0.5);
  });

  it('does not care into how many parts an address is cut', () => {
    const cut = [guess('Hauptstr. 5', 'LOCATION'), guess('10115', 'LOCATION'), guess('Berlin', 'LOCATION')];
    expect(scores(...cut).of('LOCATION').exact.f1).toBe(1);
    expect(joined(TEXT, [...cut, guess('030', 'LOCATION')])).toHaveLength(2);
  });

  it('names the worst language and kind of text', () => {
    const french: Sample = { ...SAMPLE, language: 'fr', kind: 'chat' };
    const { scores: of } = scoreOf([SAMPLE, french], (sample) => (sample === french ? [] : PERFECT));
    expect(of[0]).toMatchObject({
      worstLanguage: { language: 'fr', f1: 0 },
      worstKind: { kind: 'chat', f1: 0 },
    });
  });

  it('scores every national id as one entity', () => {
    expect(['DE_TAX_ID', 'PL_PESEL', 'IP_ADDRESS'].map(scoredAs)).toEqual([
      'NATIONAL_ID',
      'NATIONAL_ID',
      'IP_ADDRESS',
    ]);
  });

  it('keeps every figure between 0 and 1', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), fc.nat(50), fc.nat(50), (truths, guesses, found, right) => {
        const counts = { truths, guesses, found: Math.min(found, truths), right: Math.min(right, guesses) };
        for (const figure of Object.values(qualityOf(counts))) {
          expect(figure).toBeGreaterThanOrEqual(0);
          expect(figure).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
