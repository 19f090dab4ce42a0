import { describe, expect, it } from 'vitest';
import { detect } from '@bailiwick/detect';
import { evaluationSet, render, splitOf, templatesOf } from './evaluation-set.js';
import { randomOf } from './random.js';
import { LANGUAGES, SPLITS } from './sample.js';
import { scoredAs } from './score.js';
import { FIELDS, TEMPLATES } from './templates/index.js';
import { PLACES } from './place.js';
import { VALUES } from './values.js';

const FEW = { field: 60, note: 6, 'e-mail': 10, chat: 40 };

describe('the evaluation set', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(evaluationSet('tune', 7, FEW)).toEqual(evaluationSet('tune', 7, FEW));
    expect(evaluationSet('tune', 7, FEW)).not.toEqual(evaluationSet('tune', 8, FEW));
  });

  it('puts every template into one split, by its own text alone', () => {
    const all = [...FIELDS, ...Object.values(TEMPLATES).flatMap((list) => Object.values(list).flat())];
    expect(new Set(all).size).toBeGreaterThan(250);
    for (const language of LANGUAGES) {
      const [train, tune, held] = SPLITS.map((split) => Object.values(templatesOf(language, split)).flat());
      expect(train!.filter((template) => tune!.includes(template) || held!.includes(template))).toEqual([]);
      for (const template of held!) expect(splitOf(template)).toBe('held-back');
    }
  });

  it.each(SPLITS)('has at least as many hard negatives as personal data: %s', (split) => {
    const set = evaluationSet(split);
    const many = (of: 'truth' | 'traps') => set.reduce((sum, sample) => sum + sample[of].length, 0);
    expect(many('traps')).toBeGreaterThanOrEqual(many('truth'));
  });

  it('marks what it says it marks, in order and without overlaps', () => {
    for (const { text, truth, traps } of evaluationSet('train', 3, FEW)) {
      const marks = [...truth, ...traps].toSorted((a, b) => a.start - b.start);
      for (const [at, { start, end }] of marks.entries()) {
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(text.length);
        expect(start).toBeGreaterThanOrEqual(marks[at - 1]?.end ?? 0);
      }
    }
    const { text, truth } = render('IBAN {iban}!', PLACES[2]!, randomOf(1));
    expect(text.slice(truth[0]!.start, truth[0]!.end)).toMatch(/^DE\d\d[\d ]+$/);
  });

  it('holds every entity back in every language', () => {
    const set = evaluationSet('held-back');
    const entities = new Set(set.flatMap(({ truth }) => truth.map(({ kind }) => scoredAs(kind))));
    expect(entities.size).toBe(11);
    for (const language of LANGUAGES) {
      const mine = set.filter((sample) => sample.language === language);
      expect(new Set(mine.flatMap(({ truth }) => truth.map(({ kind }) => scoredAs(kind))))).toEqual(entities);
    }
  });

  it('makes account numbers with the check number of ISO 13616', () => {
    const random = randomOf(7);
    for (const place of PLACES)
      for (let n = 0; n < 20; n++) {
        const compact = VALUES['iban']!(place, random).value.replaceAll(' ', '');
        const moved = `${compact.slice(4)}${compact.slice(0, 4)}`.split('');
        const digits = moved.map((character) => Number.parseInt(character, 36)).join('');
        expect(BigInt(digits) % 97n).toBe(1n);
      }
  });

  it.each(PLACES.map(({ country }) => country))('makes numbers with right check digits: %s', (country) => {
    const place = PLACES.find((candidate) => candidate.country === country)!;
    const random = randomOf(42);
    const label: Readonly<Record<string, string>> = {
      NL_BSN: 'BSN ',
      PL_PESEL: 'PESEL ',
      DE_TAX_ID: 'Steuer-ID ',
    };
    for (const slot of ['id', 'card', 'email', 'ip'])
      for (let n = 0; n < 50; n++) {
        const { value, kind } = VALUES[slot]!(place, random);
        const found = detect(`${label[kind] ?? ''}${value}`, { entities: [kind] });
        expect(
          found.map(({ entity }) => entity),
          `${kind} ${value}`,
        ).toEqual([kind]);
      }
  });
});
